using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.FeatureCache;

public sealed class FeatureCachingTests : IDisposable
{
    private const int Training = 24;
    private const int Validation = 12;

    private readonly TemporaryFolder _store = new();

    [Fact]
    public void Fit_WithThreeViews_ShowsTheNetworkEachImageThreeTimesAndEachOfValidationOnce()
    {
        var seen = new SeenImages();

        Builder(views: 3, epochs: 5).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([Training + Validation, 2 * Training + Validation, 3 * Training + Validation], seen.AfterEpoch.Take(3));
        Assert.Equal(3 * Training + Validation, seen.Count);
    }

    [Fact]
    public void Fit_InRandomOrder_ComputesAllViewsInTheFirstEpoch()
    {
        var seen = new SeenImages();

        Builder(new FeatureCaching { Views = 3, Order = ViewOrder.Random }, epochs: 3).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([3 * Training + Validation, 3 * Training + Validation, 3 * Training + Validation], seen.AfterEpoch);
    }

    [Fact]
    public void Fit_WithASamplerThatRepeatsAnImage_ShowsItsOtherViewsWithinTheEpoch()
    {
        var seen = new SeenImages();

        Builder(views: 3, epochs: 2).SampleWith(Sampler.Weighted(sample => sample.ClassIndex == 0 ? 1 : 0)).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([3 * Training + Validation, 3 * Training + Validation], seen.AfterEpoch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Fit_AgainWithAnySeed_ComputesNothingWithTheNetwork(long seed)
    {
        Builder(views: 2, epochs: 2).Build().Fit().Dispose();
        var seen = new SeenImages();

        Builder(views: 2, epochs: 4).Seed(seed).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal(0, seen.Count);
    }

    [Fact]
    public void Fit_AgainWithTheSameSeed_EndsWithTheSameWeights()
    {
        using TrainingResult first = Builder(views: 2, epochs: 4).Build().Fit();

        using TrainingResult second = Builder(views: 2, epochs: 4).Build().Fit();

        Assert.Equal(first.History.Select(epoch => epoch.Training["loss"]), second.History.Select(epoch => epoch.Training["loss"]));
        Assert.Equal(Scores(first), Scores(second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Fit_AtAnyNumberOfWorkers_EndsTheSame(int workers)
    {
        using TrainingResult one = Builder(views: 2, epochs: 3).RunOn(workers: 1).Build().Fit();
        using var other = new TemporaryFolder();

        using TrainingResult many = Builder(Reuse(2, other), epochs: 3).RunOn(workers: workers).Build().Fit();

        Assert.Equal(one.History.Select(epoch => epoch.Training["loss"]), many.History.Select(epoch => epoch.Training["loss"]));
    }

    [Fact]
    public void Fit_WithOneViewAndNoRandomness_IsWhatRecomputingGives()
    {
        using TrainingResult recomputed = Builder(views: 0, epochs: 4, random: false).ComputeIn(ComputePrecision.Float32).Build().Fit();

        using TrainingResult reused = Builder(views: 1, epochs: 4, random: false).ComputeIn(ComputePrecision.Float32).Build().Fit();

        Assert.All(
            recomputed.History.Zip(reused.History),
            pair => Assert.Equal(pair.First.Training["loss"], pair.Second.Training["loss"], 1e-3)); // features are rounded to half precision
    }

    [Fact]
    public void Fit_WithFirstViews_StartsAsFreshAugmentationWould()
    {
        var reused = new SeenImages();
        var fresh = new SeenImages();

        Builder(views: 2, epochs: 2).Observe(() => reused).Build().Fit().Dispose();
        Builder(views: 0, epochs: 2).Observe(() => fresh).Build().Fit().Dispose();

        Assert.Equal(2 * Training + Validation, reused.Count);
        Assert.Equal(2 * Training + Validation, fresh.Count); // validation images are looked at once in either
    }

    [Fact]
    public void Fit_WithOtherWeightsPrecisionOrAugmentation_ComputesAnew()
    {
        Builder(views: 1, epochs: 1).ComputeIn(ComputePrecision.Float32).Build().Fit().Dispose();

        Assert.Equal(0, Seen(Builder(views: 1, epochs: 1).ComputeIn(ComputePrecision.Float32)));
        Assert.Equal(Training + Validation, Seen(Builder(views: 1, epochs: 1).ComputeIn(ComputePrecision.BFloat16)));
        Assert.Equal(Training, Seen(Builder(views: 1, epochs: 1, random: false).ComputeIn(ComputePrecision.Float32)));
        Assert.Equal(Training + Validation, Seen(Builder(views: 1, epochs: 1).ComputeIn(ComputePrecision.Float32).With(options => options with { Backbone = StagedSmallNetwork.Pretrained(variant: 1) })));
    }

    [Fact]
    public void Fit_WithADecoderOfOnesOwn_FindsItsFeaturesAgainAndNoOthers()
    {
        TrainerBuilder With(string? fingerprint) => Builder(views: 1, epochs: 1).DecodeWith(new ImageReader(new WatchedDecoder(fingerprint: fingerprint)));
        Builder(views: 1, epochs: 1).Build().Fit().Dispose();

        Assert.Equal(Training + Validation, Seen(With("watched 1")));
        Assert.Equal(0, Seen(With("watched 1")));
        Assert.Equal(Training + Validation, Seen(With("watched 2")));
    }

    [Fact]
    public void Fit_WithADecoderWithoutFingerprint_KeepsNothingForLaterFits()
    {
        TrainerBuilder Unknown() => Builder(views: 1, epochs: 1).DecodeWith(new ImageReader(new WatchedDecoder()));

        Assert.Equal(Training + Validation, Seen(Unknown()));
        Assert.Equal(Training + Validation, Seen(Unknown()));
    }

    [Fact]
    public void Fit_WithATransformOfUnknownEffect_KeepsNothingForLaterFits()
    {
        TrainerBuilder Unknown() => Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 3, batchSize: 8)
            .Augment(images => images.Resize(16, 16).Then((image, _) => image)).CacheFeatures(Reuse(1, _store));

        Assert.Equal(Training + Validation, Seen(Unknown()));
        Assert.Equal(Training, Seen(Unknown()));
    }

    [Fact]
    public void Fit_FineTuningAfterAFrozenStart_UsesFeaturesUntilThen()
    {
        var seen = new SeenImages();

        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 3, batchSize: 8)
            .Freeze(FreezePolicy.Backbone.ForEpochs(2)).CacheFeatures(Reuse(1, _store)).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([Training + Validation, Training + Validation, 2 * (Training + Validation)], seen.AfterEpoch);
    }

    [Fact]
    public void Fit_FreezingABackboneThatHasLearned_ComputesItsNewFeatures()
    {
        var seen = new SeenImages();
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 4, batchSize: 8)
            .OptimizeWith(Optimizers.Sgd(learningRate: 0.05))
            .Freeze(new FreezeBackboneButInTheThirdEpoch()).CacheFeatures(Reuse(1, _store)).Observe(() => seen).Build().Fit();

        Assert.Equal([Training + Validation, Training + Validation, 2 * (Training + Validation), 3 * (Training + Validation)], seen.AfterEpoch);
    }

    [Fact]
    public void Fit_WithAnUnreadableImage_LeavesItOutAndSaysSo()
    {
        using TrainingResult result = Builder(views: 2, epochs: 2, broken: true).WhenUnreadable(UnreadablePolicy.SkipAndReport).Build().Fit();

        Assert.Equal("torn.png", Assert.Single(result.Skipped).Name);
    }

    [Fact]
    public void Fit_WithAnUnreadableImageNotToBeSkipped_NamesIt()
    {
        Trainer trainer = Builder(views: 2, epochs: 2, broken: true).Build();

        Assert.Equal("torn.png", Assert.Throws<ImageFormatException>(() => trainer.Fit()).ImageName);
    }

    [Fact]
    public void Fit_ThatChecksJpegData_TakesNoFeaturesOfImagesThatWereNotChecked()
    {
        Builder(views: 1, epochs: 2).Build().Fit().Dispose();

        Assert.Equal(0, Seen(Builder(views: 1, epochs: 2)));
        Assert.Equal(Training + Validation, Seen(Builder(views: 1, epochs: 2)
            .DecodeWith(new ImageReader(new SkiaImageDecoder(), new ImageReaderOptions { CheckJpegData = true }))));
    }

    [Fact]
    public void Fit_OnADamagedStore_ComputesAgainAndEndsTheSame()
    {
        using TrainingResult first = Builder(views: 1, epochs: 3).Build().Fit();
        foreach (string path in Directory.GetFiles(_store.FullPath, "*", SearchOption.AllDirectories))
        {
            byte[] content = File.ReadAllBytes(path);
            content[^1] ^= 0x40;
            File.WriteAllBytes(path, content);
        }
        var seen = new SeenImages();

        using TrainingResult second = Builder(views: 1, epochs: 3).Observe(() => seen).Build().Fit();

        Assert.True(seen.Count > 0);
        Assert.Equal(first.History.Select(epoch => epoch.Training["loss"]), second.History.Select(epoch => epoch.Training["loss"]));
    }

    [Fact]
    public void Fit_ThatComputesFeatures_ReportsHowFarItIsBeforeTheFirstStep()
    {
        var reports = new List<TrainingProgress>();

        Builder(views: 1, epochs: 2).Build().Fit(new ImmediateProgress(reports.Add)).Dispose();

        TrainingProgress[] computing = [.. reports.TakeWhile(report => report.Step == 0)];
        Assert.Equal(Training + Validation, computing[^1].ImagesPrepared);
        Assert.Equal(computing.Select(report => report.ImagesPrepared).Order(), computing.Select(report => report.ImagesPrepared));
        Assert.All(reports.Skip(computing.Length), report => Assert.Equal(0, report.ImagesPrepared));
        Assert.All(reports, report => Assert.Equal(3, report.StepsPerEpoch));
    }

    [Fact]
    public void Views_BelowZero_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureCaching { Views = -1 });

    public void Dispose() => _store.Dispose();

    private sealed record FreezeBackboneButInTheThirdEpoch : FreezePolicy
    {
        public override bool Freezes(string name, BackboneInfo info, int epoch) => epoch != 3 && Backbone.Freezes(name, info, epoch);
    }

    private sealed class ImmediateProgress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private static int Seen(TrainerBuilder builder)
    {
        var seen = new SeenImages();
        builder.Observe(() => seen).Build().Fit().Dispose();
        return seen.Count;
    }

    private static IReadOnlyList<double> Scores(TrainingResult result) => result.Model.Predict(ToyImages.Encoded(1, new Random(5))).Probabilities;

    private static FeatureCaching Reuse(int views, TemporaryFolder store) =>
        new() { Views = views, Store = new FeatureStoreOptions { Directory = store.FullPath } };

    private TrainerBuilder Builder(int views, int epochs, bool random = true, bool broken = false) => Builder(Reuse(views, _store), epochs, random, broken);

    private TrainerBuilder Builder(FeatureCaching reuse, int epochs, bool random = true, bool broken = false)
    {
        DatasetSplit images = broken ? new DatasetSplit(ToyImages.WithABrokenOne(), ToyImages.Source(each: 4, seed: 2)) : ToyImages.Split();
        return Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(images).For(epochs, batchSize: 8)
            .Augment(images => random ? images.RandomResizedCrop(16).RandomHorizontalFlip() : images.Resize(16, 16))
            .CacheFeatures(reuse with { Store = new FeatureStoreOptions { Directory = reuse.Store.Directory ?? _store.FullPath } });
    }
}
