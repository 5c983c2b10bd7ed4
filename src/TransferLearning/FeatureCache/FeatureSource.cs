using System.Runtime.InteropServices;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.FeatureCache;

/// <summary>Batches of features instead of images, in the order of the images. Not thread-safe.</summary>
/// <param name="source">The images and their targets.</param>
/// <param name="set">Their features; owned.</param>
/// <param name="headStage">The network stage that takes the features.</param>
/// <param name="order">The batch size, sampler, task and seed.</param>
/// <param name="views">The number of views per image; at least 1.</param>
/// <param name="viewOrder">Which view is used in an epoch.</param>
internal sealed class FeatureSource(IDatasetSource source, FeatureSet set, int headStage, BatchLoaderOptions order, int views, ViewOrder viewOrder)
    : IBatchSource, IDisposable
{
    public int BatchesPerEpoch => order.BatchesOf(source.Samples.Count);

    public IReadOnlyList<SkippedSample> Skipped => set.Skipped;

    public TimeSpan Waited => TimeSpan.Zero;

    /// <summary>Computes the missing features of an epoch, counted from 1, as far as they can be stored. The network is in evaluation mode.</summary>
    /// <returns>The number of images computed in each batch; the work is complete when the enumeration ends.</returns>
    public IEnumerable<int> Prepare(int epoch, CancellationToken cancellationToken)
    {
        IEnumerable<int> shown = viewOrder == ViewOrder.Cycle && views > 1
            ? EpochOrder.Of(source.Samples, epoch, order).Select(sample => View(sample, epoch)).Distinct().Order()
            : Enumerable.Range(0, views);
        return shown.SelectMany(view => set.Prepare(view, cancellationToken));
    }

    /// <summary>The batches of a prepared epoch; the caller disposes each.</summary>
    /// <exception cref="InvalidDataException">Every image is unreadable.</exception>
    public IEnumerable<Batch> GetBatches(int epoch, CancellationToken cancellationToken = default)
    {
        int atOnce = order.BatchSize * Math.Max(1, FeatureSet.ImagesAtOnce / order.BatchSize);
        float[] features = new float[Math.Min(atOnce, source.Samples.Count) * set.FeatureSize];
        bool any = false;

        foreach (EpochOrder[] samples in EpochOrder.Of(source.Samples, epoch, order).Chunk(atOnce))
        {
            bool[] readable = set.Read([.. samples.Select(sample => (sample.Index, View(sample, epoch)))], features, cancellationToken);
            foreach (int[] positions in Enumerable.Range(0, samples.Length).Chunk(order.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] present = [.. positions.Where(position => readable[position])];
                if (present.Length == 0)
                    continue;

                any = true;
                yield return Gather(present, samples, features);
            }
        }

        if (!any)
            throw BatchLoader.NoneIsReadable(source.Samples.Count, Skipped);
    }

    public void Dispose() => set.Dispose();

    private Batch Gather(int[] positions, EpochOrder[] samples, float[] features)
    {
        using var scope = NewDisposeScope();

        // In memory that torch allocates, which is aligned: the last digits of a matrix product can depend on that.
        Tensor batch = empty([positions.Length, set.FeatureSize], dtype: ScalarType.Float32, device: CPU);
        Span<float> values = MemoryMarshal.Cast<byte, float>(batch.bytes);
        for (int row = 0; row < positions.Length; row++)
            features.AsSpan(positions[row] * set.FeatureSize, set.FeatureSize).CopyTo(values[(row * set.FeatureSize)..]);

        int[] indices = [.. positions.Select(position => samples[position].Index)];
        Tensor targets = order.Task.Encode([.. indices.Select(index => source.Samples[index])], source.Classes);
        return new Batch(batch, targets, indices) { FirstStage = headStage };
    }

    // Epoch 0, of a solved head, shows what epoch 1 does; an image that occurs again in an epoch shows its next view.
    private int View(EpochOrder sample, int epoch) => viewOrder == ViewOrder.Cycle
        ? (int)((Math.Max(0, epoch - 1) + (long)sample.Repetition) % views)
        : new RandomStream(order.Seed, RandomPurpose.View, epoch - 1, sample.RandomIndex).NextInt32(views);
}
