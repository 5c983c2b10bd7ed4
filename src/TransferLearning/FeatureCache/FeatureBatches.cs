using System.Runtime.InteropServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>Batches of features in place of images, in the order in which the images would come.</summary>
/// <param name="source">The images' labels.</param>
/// <param name="set">Their features.</param>
/// <param name="featureSize">Numbers an image.</param>
/// <param name="headStage">The network's stage that takes them.</param>
/// <param name="order">Batch size, shuffling, seed and task.</param>
/// <param name="views">How many views an image has; at least 1.</param>
/// <param name="viewOrder">Which of them an epoch shows.</param>
internal sealed class FeatureBatches(
    IDatasetSource source,
    FeatureSet set,
    int featureSize,
    int headStage,
    BatchLoaderOptions order,
    int views,
    ViewOrder viewOrder) : IDisposable
{
    /// <summary>The images that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped => set.Skipped;

    /// <summary>Computes what an epoch, from 0, shows and what is not there yet.</summary>
    /// <returns>How many images were looked at, piece by piece; the work is done when all pieces were taken.</returns>
    public IEnumerable<int> Prepare(int epoch, CancellationToken cancellationToken)
    {
        IEnumerable<int> shown = viewOrder == ViewOrder.Cycle ? [epoch % views] : Enumerable.Range(0, views);
        return shown.SelectMany(view => set.Prepare(view, cancellationToken));
    }

    /// <summary>The batches of a prepared epoch; the caller disposes each.</summary>
    /// <exception cref="InvalidDataException">Every image is unreadable.</exception>
    public IEnumerable<Batch> Epoch(int epoch, CancellationToken cancellationToken)
    {
        if (Skipped.Count == source.Samples.Count)
            throw BatchLoader.NoneIsReadable(source.Samples.Count, Skipped);

        foreach (int[] chunk in EpochOrder.Of(source.Samples.Count, epoch, order).Chunk(order.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Gather(chunk, epoch) is { } batch)
                yield return batch;
        }
    }

    public void Dispose() => set.Dispose();

    private Batch? Gather(int[] indices, int epoch)
    {
        using var scope = NewDisposeScope();

        // In torch's own memory, which is aligned: the last digits of a matrix product can depend on that.
        Tensor features = empty([indices.Length, featureSize], dtype: ScalarType.Float32, device: CPU);
        Span<float> values = MemoryMarshal.Cast<byte, float>(features.bytes);
        var present = new List<int>(indices.Length);
        foreach (int index in indices)
        {
            if (set.Read(index, View(index, epoch), values.Slice(present.Count * featureSize, featureSize)))
                present.Add(index);
        }
        if (present.Count == 0)
            return null;

        Tensor targets = order.Task.Encode([.. present.Select(index => source.Samples[index])], source.Classes);
        return new Batch(features[..present.Count], targets, present) { FirstStage = headStage };
    }

    private int View(int index, int epoch) => viewOrder == ViewOrder.Cycle
        ? epoch % views
        : new RandomStream(order.Seed, RandomPurpose.View, epoch, index).NextInt32(views);
}
