using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Tests.Freezing;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class WeightInterpolationTests
{
    [Fact]
    public void Fit_WithInterpolation_KeepsTheBestOfTheCurve()
    {
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Builder(images).InterpolateWeights().Build().Fit();

        WeightInterpolation found = result.Interpolation!;
        Assert.Equal(Enumerable.Range(0, 11).Select(tenth => tenth / 10.0), found.Curve.Select(point => point.Factor));
        Assert.Equal(found.Curve.Min(point => point.Validation[Metric.Loss]), result.Best.Validation[Metric.Loss]);
        Assert.Equal(result.Best.Validation, found.Curve.Single(point => point.Factor == found.Factor).Validation);
        Assert.Equal(result.Best.Validation[Metric.Loss], result.Model.Evaluate(images.Validation).Metrics[Metric.Loss], 1e-5);
    }

    [Fact]
    public void Fit_WithInterpolation_BeginsAtTheTrainedHeadAndEndsAtTheBestEpoch()
    {
        using TrainingResult result = Builder(ToyImages.Split()).InterpolateWeights().Build().Fit();
        using TrainingResult plain = Builder(ToyImages.Split()).Build().Fit();

        Assert.True(plain.Best.Epoch > 2, "the best epoch is one that trains the backbone");
        Assert.Equal(plain.History[1].Validation[Metric.Loss], result.Interpolation!.Curve[0].Validation[Metric.Loss], 1e-3); // from stored features, of half precision
        Assert.Equal(plain.Best.Validation[Metric.Loss], result.Interpolation.Curve[^1].Validation[Metric.Loss], 1e-5);
        Assert.Equal(plain.History.Select(epoch => epoch.Validation), result.History.Select(epoch => epoch.Validation));
    }

    [Fact]
    public void Fit_WithInterpolationOfAveragedWeights_BeginsAtTheAverageToo()
    {
        using TrainingResult result = Builder(ToyImages.Split()).AverageWeights(decay: 0.95).InterpolateWeights().Build().Fit();

        Assert.Equal(result.History[1].Validation[Metric.Loss], result.Interpolation!.Curve[0].Validation[Metric.Loss], 1e-5);
        Assert.Equal(result.History.Best!.Validation[Metric.Loss], result.Interpolation.Curve[^1].Validation[Metric.Loss], 1e-5);
    }

    [Fact]
    public void Fit_WithInterpolationFromASolvedHead_AsksNoEvaluationWeightsBeforeAStep()
    {
        using TrainingResult result = Builder(ToyImages.Split()).With(options => options with { Freeze = FreezePolicy.UpTo("stem"), HeadStart = HeadStart.Solved() })
            .EvaluateWith(() => new Eager()).InterpolateWeights().Build().Fit();

        Assert.Equal(result.History[0].Validation[Metric.Loss], result.Interpolation!.Curve[0].Validation[Metric.Loss], 1e-3); // from stored features
    }

    [Fact]
    public void Fit_WithFactorsOfOnesOwn_TriesTheEndsToo()
    {
        using TrainingResult result = Builder(ToyImages.Split()).InterpolateWeights(new WeightInterpolationOptions { Factors = [0.5, 0.25] }).Build().Fit();

        Assert.Equal([0, 0.25, 0.5, 1], result.Interpolation!.Curve.Select(point => point.Factor));
        Assert.Throws<ArgumentOutOfRangeException>("Factors", () => new WeightInterpolationOptions { Factors = [1.5] });
    }

    [Fact]
    public void Fit_OfEqualFactors_TakesTheOneNearestToTheMiddle()
    {
        // The state of the fit makes one tally, and each of two epochs two: from then on, all are equal.
        var metric = new LaterIsBetter(limit: 5);

        using TrainingResult result = Builder(ToyImages.Split(), epochs: 2, headEpochs: 1).Measure(metric).KeepBest(metric).InterpolateWeights().Build().Fit();

        Assert.Equal(0.5, result.Interpolation!.Factor);
    }

    [Fact]
    public void Fit_WithTheBestEpochBeforeTheBackboneIsUnfrozen_KeepsIt()
    {
        var metric = new LaterIsBetter(limit: 1);

        using TrainingResult result = Builder(ToyImages.Split(), epochs: 2, headEpochs: 1).Measure(metric).KeepBest(metric).InterpolateWeights().Build().Fit();

        Assert.Null(result.Interpolation);
        Assert.Equal(1, result.Best.Epoch);
    }

    [Fact]
    public void Fit_WithAFile_WritesTheInterpolatedWeights()
    {
        using var folder = new TemporaryFolder();
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Builder(images).KeepBest(Metric.Loss, folder.FullPath)
            .InterpolateWeights(new WeightInterpolationOptions { Factors = [0.9] }).Build().Fit();

        using Predictor saved = Predictor.Load(result.BestModelFile!, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });
        byte[] green = ToyImages.Encoded(1, new Random(5));
        Assert.Equal(result.Model.Predict(green).Probabilities, saved.Predict(green).Probabilities);
    }

    [Fact]
    public void Fit_WithInterpolation_RepeatsAndLeavesNoTensor()
    {
        long before = LiveTensors.Count;

        double[] first = Curve(), second = Curve();

        Assert.Equal(first, second);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Fit_CancelledWhileItInterpolates_EndsWithTheBestEpoch()
    {
        using var cancellation = new CancellationTokenSource();
        int evaluated = 0;
        var metric = new Watching(() =>
        {
            if (++evaluated == 6) // two passes in each of two epochs, then that at factor 0, and at 0.1
                cancellation.Cancel();
        });
        long before = LiveTensors.Count;

        using (TrainingResult result = Builder(ToyImages.Split(), epochs: 2, headEpochs: 1).Measure(metric).InterpolateWeights().Build().Fit(cancellationToken: cancellation.Token))
        {
            Assert.Null(result.Interpolation);
            Assert.Equal(TrainingOutcome.Cancelled, result.Outcome);
            Assert.Equal(result.History[1], result.Best);
        }
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void RestoreFrom_WithABufferOfInfiniteValues_LeavesIt()
    {
        using Backbone backbone = TwoStageNetwork.Build();
        Dictionary<string, Tensor> weights = backbone.Network.state_dict();
        using IDisposable noGradient = no_grad();
        weights["bn1.running_var"].fill_(float.NegativeInfinity); // as in a mask of attention
        using BestWeights start = new(), end = new();
        weights["fc.bias"].fill_(1);
        start.Capture(backbone.Network);
        weights["fc.bias"].fill_(3);
        end.Capture(backbone.Network);

        end.RestoreFrom(start, factor: 0.25, backbone.Network);

        Assert.All(weights["fc.bias"].data<float>().ToArray(), value => Assert.Equal(1.5f, value));
        Assert.All(weights["bn1.running_var"].data<float>().ToArray(), value => Assert.Equal(float.NegativeInfinity, value));
    }

    [Fact]
    public void Build_WithWhatMakesInterpolationMeaningless_IsRefused()
    {
        Assert.StartsWith("Interpolated weights need batch-norm statistics", Problem(Fine().BatchNorm(BatchNormMode.Trained)));
        Assert.StartsWith("Interpolation starts at weights whose head is trained", Problem(Fine().Freeze(FreezePolicy.UpTo("stem"))));
        Assert.EndsWith("but the freeze policy keeps the backbone frozen in all 25 epochs.", Problem(Fine().Freeze(FreezePolicy.Backbone)));

        static TrainerBuilder Fine() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).InterpolateWeights();
        static string Problem(TrainerBuilder builder) => Assert.Single(Assert.Throws<TrainerConfigurationException>(builder.Build).Problems);
    }

    private static double[] Curve()
    {
        using TrainingResult result = Builder(ToyImages.Split()).InterpolateWeights().Build().Fit();
        return [.. result.Interpolation!.Curve.Select(point => point.Validation[Metric.Loss])];
    }

    private static TrainerBuilder Builder(DatasetSplit images, int epochs = 5, int headEpochs = 2) =>
        Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(images).For(epochs, batchSize: 8).RunOn(torchThreads: 1)
            .Freeze(FreezePolicy.Backbone.ForEpochs(headEpochs).And(FreezePolicy.UpTo("stem"))).ComputeIn(ComputePrecision.Float32)
            .With(options => options with { Optimizer = Optimizers.Sgd(learningRate: 0.05), Monitored = Metric.Loss });

    /// <summary>Counts passes: each is better than the one before, up to a limit.</summary>
    private sealed class LaterIsBetter(int limit) : Metric("passes", MetricDirection.HigherIsBetter)
    {
        private int _passes;

        public override IMetricTally CreateTally() => new Tally(Math.Min(++_passes, limit));
    }

    /// <summary>The weights as they are, which cannot be asked for before there was a step.</summary>
    private sealed class Eager : IEvaluationWeights
    {
        private bool _hasBegun;

        public void StepEnded(Backbone backbone, TrainingPosition position) => _hasBegun = true;

        public IDisposable Use(Backbone backbone) => _hasBegun ? no_grad() : throw new InvalidOperationException("No step has ended yet.");

        public void Dispose()
        {
        }
    }

    private sealed class Watching(Action evaluated) : Metric("watching", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally CreateTally()
        {
            evaluated();
            return new Tally(1);
        }
    }

    private sealed class Tally(double value) : IMetricTally
    {
        public double Value => value;

        public void Add(BatchOutcome outcome)
        {
        }
    }
}
