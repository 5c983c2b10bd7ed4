#pragma warning disable
using TransferLearning.Data; using TransferLearning.Imaging; using TransferLearning.Transforms; using TransferLearning.Randomness;
using static TorchSharp.torch;
namespace TransferLearning.Batching;
public sealed class Batch : IDisposable { public Tensor Images, Targets; public int Count; public void Dispose() { Images.Dispose(); Targets.Dispose(); } }
public sealed record BatchLoaderOptions { public int BatchSize { get; init; } = 32; public int Workers { get; init; } = 2; public bool Shuffle { get; init; } public long Seed { get; init; } public UnreadablePolicy Unreadable { get; init; } }
public sealed class BatchLoader(IDatasetSource source, TransformPipeline pipeline, ChannelStatistics fallback, ImageReader reader, BatchLoaderOptions options)
{
    public int BatchesPerEpoch => (source.Samples.Count + options.BatchSize - 1) / options.BatchSize;
    public IReadOnlyList<SkippedSample> Skipped => [];
    public IEnumerable<Batch> Epoch(int epoch, CancellationToken cancellationToken = default)
    {
        int[] order = [.. Enumerable.Range(0, source.Samples.Count)];
        if (options.Shuffle) new RandomStream(options.Seed, RandomPurpose.Order, epoch).Shuffle<int>(order);
        var normalizer = new Normalizer(pipeline.Statistics ?? fallback);
        foreach (int[] chunk in order.Chunk(options.BatchSize))
        {
            var pictures = new PixelBuffer[chunk.Length];
            Parallel.For(0, chunk.Length, i => pictures[i] = pipeline.Apply(reader.Read(source.Load(chunk[i]).Span, source.Samples[chunk[i]].Name), options.Seed, epoch, chunk[i]));
            int h = pictures[0].Height, w = pictures[0].Width;
            var floats = new float[chunk.Length * h * w * 3];
            for (int i = 0; i < chunk.Length; i++) normalizer.Write(pictures[i], floats.AsSpan(i * h * w * 3, h * w * 3));
            using var rows = tensor(floats, [chunk.Length, h, w, 3]);
            yield return new Batch { Images = rows.permute(0, 3, 1, 2).DetachFromDisposeScope(), Targets = tensor(chunk.Select(i => (long)source.Samples[i].ClassIndex).ToArray()).DetachFromDisposeScope(), Count = chunk.Length };
        }
    }
}
