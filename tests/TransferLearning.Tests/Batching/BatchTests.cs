using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class BatchTests
{
    [Fact]
    public void Images_OfABatch_AreChannelsLastFloatsOfTheNetworksShape()
    {
        var scene = new LoaderScene(4, TransformPipeline.Empty.CenterCrop(width: 20, height: 16));

        using Batch batch = Assert.Single(scene.Loader.GetBatches(1));

        Assert.Equal([4, 3, 16, 20], batch.Images.shape);
        Assert.Equal([16 * 20 * 3, 1, 20 * 3, 3], batch.Images.stride());
        Assert.Equal(torch.ScalarType.Float32, batch.Images.dtype);
        Assert.False(batch.Images.requires_grad);
        Assert.Equal(4, batch.Count);
    }

    [Fact]
    public void Images_OfABatch_HoldEachImagesNormalisedPixels()
    {
        var scene = new LoaderScene(4, TransformPipeline.Empty);
        PixelBuffer third = new ImageReader(new SkiaImageDecoder()).Read(DrawnImage.Jpeg(variant: 2), "third");

        using Batch batch = Assert.Single(scene.Loader.GetBatches(1));

        byte green = third.Row(5)[7 * PixelBuffer.Channels + 1];
        Assert.Equal((green / 255f - 0.456f) / 0.224f, batch.Images[2, 1, 5, 7].item<float>());
    }

    [Fact]
    public void Images_OfAPipelineWithStatistics_AreNormalisedWithThose()
    {
        var halves = new Rgb(0.5f, 0.5f, 0.5f);
        var scene = new LoaderScene(1, TransformPipeline.Empty.Normalize(new ChannelStatistics(halves, halves)));
        PixelBuffer image = new ImageReader(new SkiaImageDecoder()).Read(DrawnImage.Jpeg(variant: 0), "only");

        using Batch batch = Assert.Single(scene.Loader.GetBatches(1));

        Assert.Equal((image.Row(3)[4 * PixelBuffer.Channels] / 255f - 0.5f) / 0.5f, batch.Images[0, 0, 3, 4].item<float>());
    }

    [Fact]
    public void Targets_OfABatch_AreTheClassIndicesOfItsSamples()
    {
        var scene = new LoaderScene(12, options: new() { BatchSize = 12, Sampler = Sampler.Shuffled });

        using Batch batch = Assert.Single(scene.Loader.GetBatches(1));

        Assert.Equal(torch.ScalarType.Int64, batch.Targets.dtype);
        Assert.Equal(batch.Indices.Select(index => (long)scene.Source.Samples[index].ClassIndex), batch.Targets.data<long>().ToArray());
        Assert.Equal(2, batch.Targets.data<long>().ToArray().Distinct().Count());
    }

    [Fact]
    public void Epoch_WithBatchesDisposed_LeavesNoTensorBehind()
    {
        var scene = new LoaderScene(10, options: new() { BatchSize = 4, Workers = 2 });
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        foreach (Batch batch in scene.Loader.GetBatches(1))
        {
            using (batch)
                Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Batch_InsideTheConsumersDisposeScope_OutlivesIt()
    {
        var scene = new LoaderScene(4);
        Batch batch;
        using (torch.NewDisposeScope())
            batch = Assert.Single(scene.Loader.GetBatches(1));

        Assert.False(batch.Images.IsInvalid);
        Assert.False(batch.Targets.IsInvalid);
        batch.Dispose();
        Assert.True(batch.Images.IsInvalid);
        Assert.True(batch.Targets.IsInvalid);
    }
}
