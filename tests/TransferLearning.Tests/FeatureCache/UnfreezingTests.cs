using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>Policies that unfreeze step by step give the same with stored features and kept activations as when everything is computed.</summary>
public sealed class UnfreezingTests : IDisposable
{
    private readonly TemporaryFolder _store = new();

    public static TheoryData<FreezePolicy> Policies { get; } =
        [FreezePolicy.Gradual(epochsPerStage: 2), FreezePolicy.Backbone.Unfreeze("body", atEpoch: 2).Unfreeze("stem", atEpoch: 4)];

    public void Dispose() => _store.Dispose();

    [Theory]
    [MemberData(nameof(Policies))]
    public void Fit_ThatUnfreezesStepByStep_EndsAsWithoutTheCache(FreezePolicy policy)
    {
        DatasetSplit images = ToyImages.Split();
        var saved = new List<double>();
        using TrainingResult cached = Builder(images, policy).Observe(() => new Evaluating(images.Validation, saved)).Build().Fit();
        using TrainingResult computed = Builder(images, policy).TransformBatches(new Unchanged()).Build().Fit(); // which knows nothing of features

        Assert.True(cached.History[0].TrainableWeights < cached.History[2].TrainableWeights && cached.History[2].TrainableWeights < cached.History[4].TrainableWeights);
        Assert.All(computed.History.Zip(cached.History), pair => Assert.Equal(pair.First.Training[Metric.Loss], pair.Second.Training[Metric.Loss], 2e-3)); // half precision
        Assert.All(cached.History.Zip(saved), pair => Assert.Equal(pair.Second, pair.First.Validation[Metric.Loss], 2e-3));
    }

    private TrainerBuilder Builder(DatasetSplit images, FreezePolicy policy) => Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(images)
        .For(epochs: 5, batchSize: 8).RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32).OptimizeWith(Optimizers.Sgd(0.02)).Freeze(policy)
        .Augment(pipeline => pipeline.Resize(16, 16)).CacheFeatures(new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = _store.FullPath } });

    private sealed class Unchanged : IBatchTransform
    {
        public Batch Apply(Batch batch, BatchTransformContext context) => batch;
    }

    private sealed class Evaluating(IDatasetSource images, List<double> losses) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            using var folder = new TemporaryFolder();
            run.SaveModel(folder.File("epoch.tlmodel"));
            using Predictor saved = Predictor.Load(folder.File("epoch.tlmodel"), new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
            losses.Add(saved.Evaluate(images).Metrics[Metric.Loss]);
        }
    }
}
