using TransferLearning.Batching;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

/// <summary>Real photographs, from the folder to the tensor.</summary>
public sealed class HymenopteraBatchTests
{
    [SkippableFact]
    public void Epoch_OfTheTutorialsData_GivesBatchesThatANetworkTakes()
    {
        DatasetSplit split = DatasetSplit.Of(ImageFolder.Open(ReferenceData.Require("data/hymenoptera_data")));
        var loader = new BatchLoader(
            split.Training,
            TransformPipeline.ForTraining(new Preprocessing()),
            ChannelStatistics.ImageNet,
            new ImageReader(new SkiaImageDecoder()),
            new BatchLoaderOptions { BatchSize = 16, Sampler = Sampler.Shuffled, Workers = 2 });

        using Batch batch = loader.GetBatches(1).First();

        Assert.Equal([16, 3, 224, 224], batch.Images.shape);
        Assert.Equal(2, batch.Targets.data<long>().ToArray().Distinct().Count());
        using TorchSharp.torch.Tensor mean = batch.Images.mean();
        Assert.InRange(mean.item<float>(), -1.5f, 1.5f);
        Assert.Equal(16, loader.BatchesPerEpoch);
    }
}
