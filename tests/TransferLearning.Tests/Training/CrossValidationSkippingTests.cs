using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Metrics;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Training;

/// <summary>Cross-validations of which something is missing: an image, or the folds of a seed.</summary>
public sealed class CrossValidationSkippingTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public void Run_WithAnUnreadableImageToSkip_LeavesItOutOfTheHeldOutOnes(double? inner)
    {
        InMemoryDataset images = ToyImages.WithABrokenOne(whole: 18);

        using CrossValidationResult result = CrossValidation.Run(
            images.Folds(2), fold => Solved(fold).WhenUnreadable(UnreadablePolicy.SkipAndReport).Build(),
            new CrossValidationOptions { InnerValidation = inner });

        string[] whole = [.. images.Samples.Select(sample => sample.Name).Where(name => name != "torn.png")];
        Assert.Equal(whole.Order(), result.Pooled.Samples.Select(sample => sample.Name).Order());
        Assert.Equal(19, result.Folds.Sum(fold => fold.Data.Validation.Samples.Count));
        Assert.Throws<ImageFormatException>(() => CrossValidation.Run(images.Folds(2), fold => Solved(fold).Build()));
    }

    [Fact]
    public void SummarizeSeeds_WhereTheLastSeedWasCancelled_LeavesItOut()
    {
        using var cancellation = new CancellationTokenSource();
        IReadOnlyList<DatasetSplit> folds = ToyImages.Source(each: 8, seed: 3).Folds(4, seed: 1);

        using CrossValidationResult result = CrossValidation.Run(
            folds, fold => Solved(fold).Build(), new CrossValidationOptions { Seeds = [1, 2, 3] }, new NinthIsLast(cancellation), cancellation.Token);

        Assert.Equal(9, result.Folds.Count);
        CorrectedTTest seeds = result.SummarizeSeeds(Metric.LogLoss);
        Assert.Equal(1, seeds.DegreesOfFreedom);
        Assert.Equal(0, seeds.StandardDeviation, 1e-9); // a solved head has no chance in it
    }

    private static TrainerBuilder Solved(DatasetSplit images) =>
        Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(images).CacheFeatures(views: 0).RunOn(torchThreads: 1);

    private sealed class NinthIsLast(CancellationTokenSource cancellation) : IProgress<FoldResult>
    {
        private int _folds;

        public void Report(FoldResult value)
        {
            if (++_folds == 9)
                cancellation.Cancel();
        }
    }
}
