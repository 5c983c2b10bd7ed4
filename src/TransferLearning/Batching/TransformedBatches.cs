using TransferLearning.Data;
using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>Applies batch transforms to the batches of another source.</summary>
/// <param name="source">The batches.</param>
/// <param name="transforms">Applied in order.</param>
/// <param name="seed">The seed of the random sequences.</param>
/// <param name="epochs">The number of epochs of the fit; a search of the learning rate may take more.</param>
/// <param name="outputCount">The number of outputs of the head.</param>
internal sealed class TransformedBatches(IBatchSource source, IReadOnlyList<IBatchTransform> transforms, long seed, int epochs, int outputCount) : IBatchSource
{
    public int BatchesPerEpoch => source.BatchesPerEpoch;

    public IReadOnlyList<SkippedSample> Skipped => source.Skipped;

    public TimeSpan Waited => source.Waited;

    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default)
    {
        int step = 0;
        foreach (Batch batch in source.GetBatches(epoch, cancellationToken))
        {
            step++;
            yield return Transform(batch, new() { Epoch = epoch, Epochs = Math.Max(epoch, epochs), Step = step, StepsPerEpoch = BatchesPerEpoch });
        }
    }

    private Batch Transform(Batch batch, TrainingPosition position)
    {
        try
        {
            foreach ((int index, IBatchTransform transform) in transforms.Index())
            {
                var random = new RandomStream(seed, RandomPurpose.BatchTransform, position.Epoch, position.Step, index);
                Batch transformed = transform.Apply(batch, new BatchTransformContext { Random = random, Position = position, OutputCount = outputCount })
                    ?? throw new InvalidOperationException($"The batch transform {transform.GetType().Name} returned no batch.");
                transformed.FirstStage = batch.FirstStage;
                if (transformed != batch)
                    batch.Dispose();

                batch = transformed;
            }

            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
