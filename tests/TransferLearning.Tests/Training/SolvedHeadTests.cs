using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Freezing;
using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Training.SolvedHeads;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

public sealed class SolvedHeadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Solvers => ["ridge", "lda", "logistic"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Solvers))]
    public void SolveHead_WithAnySolver_IsAFitOfItsOwn(string name)
    {
        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), Named(name))).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();

        EpochRecord only = Assert.Single(result.History);
        Assert.Same(only, result.Best);
        Assert.Equal((0, name, 0.0), (only.Epoch, only.Head!.Solver, only.LearningRate));
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.InRange(only.Validation[Metric.Accuracy], 0.9, 1);
        Assert.InRange(only.Validation[Metric.Loss], 0, 0.5);
        Assert.InRange(only.Training[Metric.Accuracy], 0.9, 1);
        Assert.Equal("green", result.Model.Predict(ToyImages.Encoded(classIndex: 1, new Random(99))).Label);

        string file = _folder.File("solved.tlmodel");
        result.Model.Save(file);
        using Predictor loaded = Load(file);
        Assert.Equal((0, name), (loaded.Metadata.Epoch, loaded.Metadata.Head!.Identifier));
        Assert.Equal(Probabilities(result.Model), Probabilities(loaded));
    }

    [Fact]
    public void SolveHead_LooksAtEachImageOnceAsItIsPredicted()
    {
        var seen = new SeenImages();

        Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1).Observe(() => seen).Build().Fit().Dispose();

        Assert.Equal([24 + 12], seen.AfterEpoch);
    }

    [Fact]
    public void SolveHead_OfAugmentedViews_LooksAtEachOfThem()
    {
        var seen = new SeenImages();

        Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained()), views: 3).On(ToyImages.Split()).RunOn(torchThreads: 1).Observe(() => seen)
            .With(options => options with { HeadViews = HeadViews.Augmented }).Build().Fit().Dispose();

        Assert.Equal([3 * 24 + 12], seen.AfterEpoch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void SolveHead_AtAnyNumberOfWorkersAndWithoutAStore_IsTheSame(int workers)
    {
        using TrainingResult one = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();
        using TrainingResult other = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).CacheFeatures(0).On(ToyImages.Split()).RunOn(torchThreads: 1, workers: workers).Build().Fit();

        Assert.Equal(one.Best.Head, other.Best.Head);
        Assert.Equal(Probabilities(one.Model), Probabilities(other.Model));
    }

    [Fact]
    public void ExtractFeatures_FromASolvedHead_GoesOnFromThere()
    {
        var reports = new List<TrainingProgress>();
        using TrainingResult result = Stored(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).For(epochs: 2, batchSize: 8)
            .StartFromSolvedHead().RunOn(torchThreads: 1).Build().Fit(new Immediate(reports.Add));

        Assert.Equal([0, 1, 2], result.History.Select(epoch => epoch.Epoch));
        Assert.NotNull(result.History[0].Head);
        Assert.Null(result.History[1].Head);
        Assert.InRange(result.History[1].Training[Metric.Loss], 0, 0.5); // a random head begins at ln 3
        Assert.Equal([0, 1, 2], reports.Where(report => report.Completed is not null).Select(report => report.Epoch));
        Assert.Equal(24 + 12, reports.TakeWhile(report => report.Epoch == 0).Max(report => report.ImagesPrepared));
        Assert.Equal(result.History[0].Training[Metric.Loss], reports.First(report => report.Completed is not null).Loss);
    }

    [Fact]
    public void FineTune_FromASolvedHead_TrainsAllFromTheFirstEpochUnlessToldOtherwise()
    {
        TrainerBuilder Builder() => Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).For(epochs: 1, batchSize: 8).RunOn(torchThreads: 1);

        using TrainingResult solved = Builder().StartFromSolvedHead().Build().Fit();
        using TrainingResult byDefault = Builder().Build().Fit();
        using TrainingResult told = Builder().Freeze(FreezePolicy.Backbone.ForEpochs(2)).Build().Fit();
        using TrainingResult random = Builder().StartFromRandomHead().Build().Fit();

        long head = solved.History[0].TrainableWeights;
        Assert.True(solved.History[1].TrainableWeights > head);
        Assert.Equal(solved.History.Select(epoch => epoch.Validation), byDefault.History.Select(epoch => epoch.Validation));
        Assert.Equal([head, head], told.History.Select(epoch => epoch.TrainableWeights));
        Assert.Equal([(1, head)], random.History.Select(epoch => (epoch.Epoch, epoch.TrainableWeights)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExtractFeatures_ByDefault_TrainsASolvedHeadAtALowerRateThanARandomOne(bool isSolved)
    {
        PretrainedBackbone network = isSolved ? StagedSmallNetwork.Pretrained() : SmallNetwork.Pretrained();

        using TrainingResult result = Stored(Trainer.ExtractFeatures(network)).On(ToyImages.Split()).For(epochs: 1, batchSize: 8)
            .Schedule(LearningRate.From(_ => 1)).RunOn(torchThreads: 1).Build().Fit();

        Assert.Equal(isSolved ? [0, 1] : [1], result.History.Select(epoch => epoch.Epoch));
        Assert.Equal(isSolved ? 2e-4 : 2e-3, result.History[^1].LearningRate);
    }

    [Fact]
    public void Decide_OfMoreFeaturesThanItsBound_StartsFromARandomHead()
    {
        using Backbone backbone = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: 3, seed: 0);
        var many = new Repeated(ToyImages.Split().Training, (5_000 * 2048 / backbone.Info.FeatureSize) + 1);
        TrainerOptions few = TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), ToyImages.Split());
        var log = new LogLines();

        TrainerOptions decided = HeadDecision.Decide(few with { Data = new DatasetSplit(many, many), Logger = log }, backbone);

        Assert.Same(HeadStart.Random, decided.HeadStart);
        Assert.Equal(FreezePolicy.Backbone.ForEpochs(2), decided.Freeze);
        Assert.Contains("features of all images are more than 10240000", Assert.Single(log).Text);
        Assert.NotNull(HeadDecision.Decide(few, backbone).HeadStart.Solver);
    }

    [Fact]
    public void Decide_OfAugmentedViews_CountsTheFeaturesOfEachView()
    {
        using Backbone backbone = BackboneLoader.Open(StagedSmallNetwork.Pretrained(), outputCount: 3, seed: 0);
        var half = new Repeated(ToyImages.Split().Training, (5_000 * 2048 / backbone.Info.FeatureSize / 2) + 1);
        TrainerOptions options = TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), new DatasetSplit(half, half));
        TrainerOptions augmented = options with { HeadViews = HeadViews.Augmented, Features = options.Features with { Views = 2 } };

        Assert.NotNull(HeadDecision.Decide(options, backbone).HeadStart.Solver);
        Assert.Null(HeadDecision.Decide(augmented, backbone).HeadStart.Solver);
    }

    [Fact]
    public void FineTune_ByATaskThatEncodesClassesInItsOwnWay_Fits()
    {
        using TrainingResult result = Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).For(epochs: 1, batchSize: 8)
            .RunOn(torchThreads: 1).Learn(new Shares()).Build().Fit();

        Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.9, 1);
    }

    // Metrics get classes, the loss gets shares of classes.
    private sealed class Shares : LearningTask
    {
        public override string Identifier => "shares";

        public override ILoss DefaultLoss { get; } = new SquaredDifference();

        public override IReadOnlyList<Metric> DefaultMetrics => [Metric.Accuracy];

        public override LabelKind Labels => LabelKind.Class;

        public override OutputReading Reading => Classification.Reading;

        public override IEnumerable<string> FindProblems(DatasetSplit data) => [];

        public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
        {
            using Tensor classes = Classification.Encode(samples, names);
            return nn.functional.one_hot(classes, names.Count).to(ScalarType.Float32);
        }

        public override BatchOutcome GetOutcome(Tensor output, Tensor labels, double loss, int count) => base.GetOutcome(output, labels.argmax(1), loss, count);

        private sealed class SquaredDifference : ILoss
        {
            public Tensor Compute(LossContext context) => (context.Output - context.Targets).square().mean();
        }
    }

    private sealed class Repeated(IDatasetSource source, int count) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples { get; } = Enumerable.Repeat(source.Samples[0], count).ToArray();

        public ReadOnlyMemory<byte> Load(int index) => source.Load(0);
    }

    [Fact]
    public void Fit_ThatOnlySpoilsTheSolvedHead_KeepsIt()
    {
        using TrainingResult result = Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).For(epochs: 5, batchSize: 8).RunOn(torchThreads: 1)
            .StartFromSolvedHead().OptimizeWith(Optimizers.Sgd(learningRate: 3)).KeepBest(Metric.Loss, _folder.FullPath).StopEarly(patience: 2).Build().Fit();

        Assert.Equal(0, result.Best.Epoch);
        Assert.Equal([0, 1, 2], result.History.Select(epoch => epoch.Epoch));
        using Predictor saved = Load(result.BestModelFile!);
        using TrainingResult solved = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build().Fit();
        Assert.Equal(Probabilities(solved.Model), Probabilities(saved));
        Assert.Equal(Probabilities(solved.Model), Probabilities(result.Model));
    }

    [Fact]
    public void Observers_OfASolvedHead_SeeItsValidationAndItsEndButNoStep()
    {
        var observer = new Calls();

        Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1).Observe(() => observer).Build().Fit().Dispose();

        Assert.Equal(["starting", "validated 12 in 0", "ended 0", "fit ended"], observer.Seen);
    }

    [Fact]
    public void Fit_CancelledWhileTheHeadIsSolved_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        Trainer trainer = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), new Cancelling(cancellation))).On(ToyImages.Split()).RunOn(torchThreads: 1).Build();

        Assert.Throws<OperationCanceledException>(() => trainer.Fit(cancellationToken: cancellation.Token));
    }

    [Fact]
    public void Schedule_AfterASolvedHead_StartsAtTheFirstEpoch()
    {
        var asked = new List<(int Epoch, int Before)>();
        Stored(Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).For(epochs: 2, batchSize: 24).RunOn(torchThreads: 1).StartFromSolvedHead()
            .Schedule(LearningRate.From(context =>
            {
                asked.Add((context.Position.Epoch, context.Validation.Count));
                return 1;
            })).Build().Fit().Dispose();

        Assert.Equal([(1, 0), (2, 1)], asked);
    }

    [Fact]
    public void SolveHead_ForSeveralLabelsAndForNumbers_LearnsThem()
    {
        DatasetSplit images = ToyImages.Split();
        using TrainingResult labels = Solve(index => Target.Labels(index == 2 ? [0, 2] : [index]));
        using TrainingResult numbers = Solve(index => Target.Values(1000 * index, 5 - index, 7));

        Assert.InRange(labels.Best.Validation[Metric.MultiLabelMacroF1()], 0.9, 1);
        Assert.InRange(numbers.Best.Validation[Metric.MeanAbsoluteError], 0, 150);
        Assert.InRange(numbers.Model.Predict(ToyImages.Encoded(classIndex: 2, new Random(9)))["blue"], 1500, 2500);

        TrainingResult Solve(Func<int, Target> target) => Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained()))
            .On(new DatasetSplit(new Retargeted(images.Training, target), new Retargeted(images.Validation, target))).RunOn(torchThreads: 1).Build().Fit();
    }

    [Fact]
    public void SolveHead_WithAnUnreadableImage_LeavesItOutAndSaysSo()
    {
        var data = new DatasetSplit(ToyImages.WithABrokenOne(), ToyImages.Source(each: 4, seed: 2));

        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(data).WhenUnreadable(UnreadablePolicy.SkipAndReport)
            .RunOn(torchThreads: 1).Build().Fit();

        Assert.Equal("torn.png", Assert.Single(result.Skipped).Name);
    }

    [Fact]
    public void Build_OfWhatCannotBeSolved_ListsEachReason()
    {
        DatasetSplit images = ToyImages.Split();
        string Problems(TrainerBuilder builder) => string.Join('\n', Assert.Throws<TrainerConfigurationException>(builder.Build).Problems);

        Assert.Contains("must be at least 1; it is 0", Problems(Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(images).For(epochs: 0)));
        Assert.Contains("must be at least 0; it is -1", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(images).For(epochs: -1)));
        Assert.Contains("small_network cannot be solved", Problems(Trainer.SolveHead(SmallNetwork.Pretrained()).On(images)));
        Assert.Contains("squeezenet1_1 cannot be solved", Problems(Trainer.SolveHead(Pretrained.SqueezeNet1_1().WithRandomWeights()).On(images)));
        Assert.Contains("cannot be solved", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained().WithHead((features, outputs) => TorchSharp.torch.nn.Linear(features, outputs))).On(images)));
        Assert.Contains("Use HeadSolvers.Ridge", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), HeadSolvers.ShrinkageLda()).On(
            new DatasetSplit(new Retargeted(images.Training, index => Target.Values(1, 2, index)), new Retargeted(images.Validation, index => Target.Values(1, 2, index))))));
        Assert.Contains("keeps no statistics", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), HeadSolvers.Logistic()).KeepStatistics().On(images)));
        Assert.Contains("keeps no statistics", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), HeadSolvers.Ridge() with { Balanced = true }).KeepStatistics().On(images)));
        Assert.Contains("epochs must be 0", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained()).KeepStatistics().For(epochs: 2).On(images)));
        Assert.Contains("Trainer.SolveHead", Problems(Trainer.FineTune(StagedSmallNetwork.Pretrained()).KeepStatistics().On(images)));
        Assert.Contains("must be AsPredicted", Problems(Trainer.SolveHead(StagedSmallNetwork.Pretrained()).KeepStatistics().On(images)
            .With(options => options with { HeadViews = HeadViews.Augmented })));
    }

    [Fact]
    public void SolveHead_WithWhatOnlyEpochsHave_RefusesEachByName()
    {
        TrainerBuilder Everything(int? epochs = null)
        {
            TrainerBuilder builder = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).Schedule(LearningRate.OneCycle()).StopEarly(3)
                .StopAfter(steps: 3).TransformBatches(new MixUp()).SampleWith(Sampler.Balanced).AccumulateGradients(4).MinimizeSharpness()
                .OptimizeWith(Optimizers.Sgd(0.1)).DecayTowardStart().Freeze(FreezePolicy.UpTo("stem")).InterpolateWeights().AverageWeights()
                .DiscriminativeRates(layerDecay: 0.5);
            return epochs is { } count ? builder.For(count) : builder;
        }
        TrainerBuilder others = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).StepWith(_ => throw new NotSupportedException())
            .BatchNorm(BatchNormMode.Trained);
        TrainerBuilder tuned = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).StartFromSolvedHead().For(epochs: 0);

        const string reason = " is for epochs, but the head is solved at once and no epoch follows: leave it out, or say .For(epochs).";

        IReadOnlyList<string> problems = Assert.Throws<TrainerConfigurationException>(Everything().Build).Problems;

        Assert.Equal(
            ["Schedule", "StopEarly", "StopAfter", "TransformBatches", "SampleWith", "AccumulateGradients", "MinimizeSharpness", "DecayTowardStart",
                "InterpolateWeights", "AverageWeights or EvaluateWith", "OptimizeWith", "GroupParameters or DiscriminativeRates", "Freeze"],
            problems.Select(problem => problem.Replace(reason, "", StringComparison.Ordinal)));
        Assert.Equal([$"StepWith{reason}", $"BatchNorm{reason}"], Assert.Throws<TrainerConfigurationException>(others.Build).Problems);
        Assert.Equal(0, tuned.Build().Options.Epochs); // whose own defaults are no one's wish
        Assert.Equal(2, Everything(epochs: 2).Build().Options.Epochs);
    }

    [Fact]
    public void SolveHead_WithAFileProgressAndALog_ServesEachOfThem()
    {
        var reports = new List<TrainingProgress>();
        var log = new LogLines();
        string folder = _folder.File("best");

        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).RunOn(torchThreads: 1)
            .KeepBest(Metric.Accuracy, folder).LogTo(log).Build().Fit(new Immediate(reports.Add));

        using Predictor saved = Load(result.BestModelFile!);
        Assert.Equal((0, "ridge"), (saved.Metadata.Epoch, saved.Metadata.Head!.Identifier));
        Assert.Equal(Probabilities(result.Model), Probabilities(saved));
        Assert.Equal((TrainingOutcome.Completed, null), (result.Outcome, result.StopReason)); // nothing came after it that could have been better
        TrainingProgress last = reports[^1];
        Assert.Equal((0, 0, result.History[0]), (last.Epoch, last.Epochs, last.Completed));
        Assert.Equal(result.History[0].Training[Metric.Loss], last.Loss);
        Assert.Equal(24 + 12, reports.Max(report => report.ImagesPrepared));
        Assert.Single(reports, report => report.Completed is not null);
        Assert.Single(log, line => line.Text.StartsWith("Solved the head: ridge", StringComparison.Ordinal));
        Assert.Single(log, line => line.Text.StartsWith("Epoch 0 of 0: training ", StringComparison.Ordinal));
        Assert.Single(log, line => line.Text == "Fit ended (Completed) after 0 epochs: all epochs were run");
        Assert.Single(log, line => line.Text == $"The best model was saved as '{result.BestModelFile}'");
        Assert.DoesNotContain(log, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public void Build_WithWhatAsksForParametersAndHead_BuildsTheNetworkOnce()
    {
        int built = 0;
        PretrainedBackbone known = StagedSmallNetwork.Pretrained();
        PretrainedBackbone counted = known with
        {
            Build = () =>
            {
                built++;
                return known.Build();
            },
        };

        Trainer.FineTune(counted).On(ToyImages.Split()).StartFromSolvedHead().InterpolateWeights().Build();

        Assert.Equal(1, built);
    }

    [Fact]
    public void Fit_WhoseSolverGivesAHeadOfAnotherSize_SaysSo()
    {
        Trainer trainer = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), new TooSmall())).On(ToyImages.Split()).RunOn(torchThreads: 1).Build();

        Assert.Contains("2 x 1 weights", Assert.Throws<InvalidOperationException>(() => trainer.Fit()).Message);
    }

    [Fact]
    public void Log_OfASolvedHead_TellsWhatWasChosen()
    {
        var log = new LogLines();

        using TrainingResult result = Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained(), HeadSolvers.Ridge(2) with { Scale = 3 })).On(ToyImages.Split())
            .RunOn(torchThreads: 1).LogTo(log).Build().Fit();

        Assert.Contains(log, line => line.Text.StartsWith("Solved the head: ridge, strength 2, ", StringComparison.Ordinal)
            && line.Text.EndsWith("scale 3", StringComparison.Ordinal));
    }

    private static IReadOnlyList<double> Probabilities(Predictor model) => model.Predict(ToyImages.Encoded(1, new Random(5))).Probabilities;

    private static Predictor Load(string file) => Predictor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained() });

    private static IHeadSolver Named(string name) => name switch
    {
        "ridge" => HeadSolvers.Ridge(),
        "lda" => HeadSolvers.ShrinkageLda(),
        _ => HeadSolvers.Logistic(),
    };

    private TrainerBuilder Stored(TrainerBuilder builder, int views = 1) =>
        builder.CacheFeatures(new FeatureCaching { Views = views, Store = new FeatureStoreOptions { Directory = _folder.FullPath } });

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IHeadSolver
    {
        public string Name => "cancelling";

        public HeadSolution Solve(HeadProblem problem, CancellationToken cancellationToken)
        {
            cancellation.Cancel();
            return HeadSolvers.Ridge().Solve(problem, cancellationToken);
        }
    }

    private sealed class TooSmall : IHeadSolver
    {
        public string Name => "small";

        public HeadSolution Solve(HeadProblem problem, CancellationToken cancellationToken) =>
            new() { Weights = [[1], [2]], Bias = [1, 2], Choice = new HeadChoice { Solver = Name } };
    }

    private sealed class Calls : ITrainingObserver
    {
        private int _images;

        public List<string> Seen { get; } = [];

        public void FitStarting(TrainingRun run) => Seen.Add("starting");

        public void StepEnded(StepRecord step, TrainingRun run) => Seen.Add("step");

        public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run) => _images += indices.Count;

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            Seen.Add($"validated {_images} in {epoch.Epoch}");
            Seen.Add($"ended {run.History.Count - 1}");
        }

        public void FitEnded(TrainingRun run) => Seen.Add("fit ended");
    }

    /// <summary>The same images with other targets, by their class.</summary>
    internal sealed class Retargeted(IDatasetSource source, Func<int, Target> target) : IDatasetSource
    {
        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples { get; } = [.. source.Samples.Select(sample => sample with { Target = target(sample.ClassIndex) })];

        public ReadOnlyMemory<byte> Load(int index) => source.Load(index);
    }
}
