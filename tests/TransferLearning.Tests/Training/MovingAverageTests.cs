using TransferLearning.Batching;
using TransferLearning.FeatureCache;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Tests.Freezing;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class MovingAverageTests
{
    private static readonly TrainingPosition _position = new() { Epoch = 1, Epochs = 1, Step = 1, StepsPerEpoch = 1 };

    [Fact]
    public void StepEnded_OverManySteps_IsTheRecursionWithWarmUp()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        new Freezer(backbone, FreezePolicy.Nothing, BatchNormMode.Trained).Apply(epoch: 1);
        using var average = new MovingAverage(decay: 0.5);
        var random = new Random(1);
        double expected = 0;
        for (int t = 0; t < 20; t++)
        {
            float value = (float)random.NextDouble();
            Set(backbone, "conv1.weight", value);
            Set(backbone, "bn1.running_var", value);
            average.StepEnded(backbone, _position);
            double decay = t == 0 ? 0 : Math.Min(0.5, (1.0 + t) / (10 + t)); // 0.5 from t = 8 on
            expected = decay * expected + (1 - decay) * value;
        }
        Set(backbone, "bn1.num_batches_tracked", 20);
        float trained = Get(backbone, "conv1.weight");

        using (average.Use(backbone))
        {
            Assert.Equal(expected, Get(backbone, "conv1.weight"), 1e-5);
            Assert.Equal(expected, Get(backbone, "bn1.running_var"), 1e-5);
            Assert.Equal(20, Get(backbone, "bn1.num_batches_tracked"));
        }

        Assert.Equal(trained, Get(backbone, "conv1.weight"));
        Assert.NotEqual(expected, trained, 1e-3);
    }

    [Fact]
    public void StepEnded_WithFrozenLayers_LeavesThemBitForBit()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        new Freezer(backbone, FreezePolicy.Backbone, BatchNormMode.Frozen).Apply(epoch: 1);
        Dictionary<string, byte[]> before = backbone.Network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());
        using var average = new MovingAverage(decay: 0.9);
        for (int step = 0; step < 30; step++)
        {
            Set(backbone, "fc.bias", step);
            average.StepEnded(backbone, _position);
        }

        using (average.Use(backbone))
        {
            string[] changed = [.. backbone.Network.state_dict().Where(entry => !entry.Value.bytes.ToArray().SequenceEqual(before[entry.Key])).Select(entry => entry.Key)];
            Assert.Equal(["fc.bias"], changed);
        }
    }

    [Fact]
    public void StepEnded_WithALayerThatIsFrozenAgain_GoesOnTowardIt()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        var freezer = new Freezer(backbone, FreezePolicy.Nothing, BatchNormMode.Frozen);
        freezer.Apply(epoch: 1);
        using var average = new MovingAverage(decay: 0.5);
        Set(backbone, "conv1.weight", 0);
        average.StepEnded(backbone, _position);
        Set(backbone, "conv1.weight", 1);
        average.StepEnded(backbone, _position);
        new Freezer(backbone, FreezePolicy.Backbone, BatchNormMode.Frozen).Apply(epoch: 1);
        for (int step = 0; step < 60; step++)
            average.StepEnded(backbone, _position);

        using (average.Use(backbone))
            Assert.Equal(1, Get(backbone, "conv1.weight"), 1e-5f);
    }

    [Fact]
    public void StepEnded_WithFrozenLayers_KeepsNoCopyOfTheirParameters()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        new Freezer(backbone, FreezePolicy.Backbone, BatchNormMode.Frozen).Apply(epoch: 1);
        backbone.Network.state_dict(); // whose wrappers stay
        long before = LiveTensors.Count;

        using var average = new MovingAverage(decay: 0.9);
        average.StepEnded(backbone, _position);

        Assert.Equal(2 + 4, LiveTensors.Count - before); // weight and bias of the head, and the statistics of two batch norms
    }

    [Fact]
    public void StepEnded_WithABufferOfInfiniteValues_LeavesIt()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        new Freezer(backbone, FreezePolicy.Nothing, BatchNormMode.Frozen).Apply(epoch: 1);
        Set(backbone, "bn1.running_var", float.NegativeInfinity);
        using var average = new MovingAverage(decay: 0.9);
        for (int step = 0; step < 3; step++)
            average.StepEnded(backbone, _position);

        using (average.Use(backbone))
            Assert.Equal(float.NegativeInfinity, Get(backbone, "bn1.running_var"));
    }

    [Fact]
    public void AverageWeights_OfAHeadAlone_ComputesTheFeaturesOfValidationImagesOnce()
    {
        var seen = new SeenImages();
        using var folder = new TemporaryFolder();

        Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize: 8).RunOn(torchThreads: 1).AverageWeights()
            .CacheFeatures(new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = folder.FullPath } }).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([24 + 12, 24 + 12, 24 + 12], seen.AfterEpoch);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AverageWeights_InAFit_RepeatsAndLeavesNoTensor(bool accumulate)
    {
        TrainerBuilder Builder() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 4, batchSize: 5)
            .RunOn(torchThreads: 1).OptimizeWith(Optimizers.Sgd(0.05)).AverageWeights(decay: 0.9).AccumulateGradients(accumulate ? 3 : 1);
        long before = LiveTensors.Count;
        MetricValuesOf(Builder(), out double[] first);
        MetricValuesOf(Builder(), out double[] second);

        Assert.Equal(first, second);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void AverageWeights_WhileGradientsAccumulate_CountsUpdatesRatherThanBatches()
    {
        var counting = new List<Counting>();
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 5).RunOn(torchThreads: 1)
            .AccumulateGradients(2).EvaluateWith(() =>
            {
                counting.Add(new Counting());
                return counting[^1];
            }).Build().Fit();

        Assert.Equal(6, counting.Single().Updates); // batches of 5 5 | 5 5 | 4 in either epoch
    }

    [Fact]
    public void AverageWeights_OfABadDecayOrBesideOtherWeights_IsRefused()
    {
        TrainerBuilder Builder() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split());

        Assert.Throws<ArgumentOutOfRangeException>("decay", () => Builder().AverageWeights(decay: 1));
        Assert.Throws<InvalidOperationException>(() => Builder().AverageWeights().EvaluateWith(() => new MovingAverage(0.9)));
    }

    private static void MetricValuesOf(TrainerBuilder builder, out double[] losses)
    {
        using TrainingResult result = builder.Build().Fit();
        losses = [.. result.History.Select(epoch => epoch.Validation[Metric.Loss])];
    }

    private static void Set(Backbone backbone, string name, float value)
    {
        using IDisposable noGradient = no_grad();
        using Tensor filled = tensor(value);
        backbone.Network.state_dict()[name].copy_(filled);
    }

    private static float Get(Backbone backbone, string name)
    {
        using Tensor mean = backbone.Network.state_dict()[name].detach().to(ScalarType.Float32).mean();
        return mean.item<float>();
    }

    private sealed class Counting : IEvaluationWeights
    {
        public int Updates { get; private set; }

        public void StepEnded(Backbone backbone, TrainingPosition position) => Updates++;

        public IDisposable Use(Backbone backbone) => no_grad();

        public void Dispose()
        {
        }
    }
}
