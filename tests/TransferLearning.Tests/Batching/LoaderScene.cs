using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

/// <summary>A loader over drawn images of two classes, with everything around it under watch.</summary>
internal sealed class LoaderScene
{
    public LoaderScene(
        int samples = 10, TransformPipeline? pipeline = null, BatchLoaderOptions? options = null, Action<int>? onLoad = null,
        IReadOnlyDictionary<int, byte[]>? replaced = null, IImageDecoder? decoder = null)
    {
        var images = new InMemoryDataset(Enumerable.Range(0, samples).Select(index => new LabeledImage(
            replaced?.GetValueOrDefault(index) ?? DrawnImage.Jpeg(variant: index),
            index % 3 == 0 ? "bees" : "ants",
            $"image {index}")));
        Source = new WatchedSource(images, onLoad);
        Loader = new BatchLoader(
            Source,
            pipeline ?? TransformPipeline.Empty.CenterCrop(16),
            ChannelStatistics.ImageNet,
            new ImageReader(decoder ?? new SkiaImageDecoder()),
            options ?? new BatchLoaderOptions { BatchSize = 4 },
            Buffers);
    }

    public WatchedSource Source { get; }

    public CountingPool Buffers { get; } = new();

    public BatchLoader Loader { get; }

    /// <summary>Every batch of an epoch as numbers, disposed.</summary>
    public List<BatchContent> Contents(int epoch = 1)
    {
        var contents = new List<BatchContent>();
        foreach (Batch batch in Loader.GetBatches(epoch))
        {
            using (batch)
                contents.Add(BatchContent.Of(batch));
        }
        return contents;
    }

    public int[] Order(int epoch) => [.. Contents(epoch).SelectMany(batch => batch.Indices)];

    /// <summary>No thread of the loader lives, and every buffer is back.</summary>
    public void AssertAtRest()
    {
        Assert.NotEmpty(Source.Threads);
        Assert.DoesNotContain(Source.Threads, thread => thread != Thread.CurrentThread && thread.IsAlive);
        Assert.Equal(0, Buffers.Outstanding);
    }
}
