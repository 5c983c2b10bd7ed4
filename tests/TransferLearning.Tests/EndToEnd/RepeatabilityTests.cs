using TransferLearning.FeatureCache;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.EndToEnd;

[Collection(Alone.Name)] // the small network's dropout draws from torch's one generator
public sealed class RepeatabilityTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Fit_SameSeed_GivesTheSameHistoryAndWeightsAtAnyWorkerCount(int workers)
    {
        (string history, byte[] model) expected = Fit(seed: 7, workers: 1);

        (string history, byte[] model) found = Fit(seed: 7, workers);

        Assert.Equal(expected.history, found.history);
        Assert.Equal(expected.model, found.model);
    }

    [Fact]
    public void Fit_OtherSeed_GivesOtherWeights() => Assert.NotEqual(Fit(seed: 7, workers: 1).Model, Fit(seed: 8, workers: 1).Model);

    [Fact]
    public void Fit_CalledTwiceOnOneTrainer_EndsTheSame()
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 5).Build();

        using TrainingResult first = trainer.Fit();
        using TrainingResult second = trainer.Fit();

        Assert.Equal(History(first), History(second));
    }

    [Fact]
    public async Task Fit_OfABuiltInNetworkTwiceAtOnce_EndsTheSame()
    {
        using var store = new TemporaryFolder();
        Trainer trainer = Trainer
            .FineTune(Pretrained.MobileNetV2().WithRandomWeights())
            .On(ToyImages.Split(trainingEach: 4, validationEach: 2))
            .For(epochs: 3, batchSize: 6)
            .Augment(images => images.RandomResizedCrop(32))
            .Preprocess(new Preprocessing { ResizeTo = 32, CropTo = 32 })
            .RunOn(torchThreads: 1)
            .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = store.FullPath } })
            .Build();

        TrainingResult[] results = await Task.WhenAll(trainer.FitAsync(), trainer.FitAsync());

        using (results[0])
        using (results[1])
            Assert.Equal(History(results[0]), History(results[1]));
    }

    [Fact]
    public void Fit_WithImagesKeptOrNot_EndsTheSame() =>
        Assert.Equal(Fit(seed: 7, workers: 1, cacheBytes: 0).Model, Fit(seed: 7, workers: 1, cacheBytes: 20_000).Model);

    private static (string History, byte[] Model) Fit(long seed, int workers, long cacheBytes = 64 << 20)
    {
        using TrainingResult result = Trainer
            .FineTune(SmallNetwork.Pretrained())
            .On(ToyImages.Split())
            .For(epochs: 4, batchSize: 5)
            .Augment(images => images.RandomResizedCrop(SmallNetwork.Side).RandomHorizontalFlip()
                .ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1))
            .RunOn(workers: workers)
            .CacheImages(cacheBytes)
            .Seed(seed)
            .Build()
            .Fit();
        using var model = new MemoryStream();
        result.Model.Save(model);
        return (History(result), model.ToArray());
    }

    private static string History(TrainingResult result) => string.Join('\n', result.History.Select(Line));

    private static string Line(EpochRecord epoch) => string.Join(' ', epoch.Training.Concat(epoch.Validation).Select(value => $"{value.Key}={value.Value:R}"));
}
