using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Training;

public sealed class ObserverTests
{
    [Fact]
    public void Observers_OfATrainerThatFitsTwice_AreMadeAnewForEachFit()
    {
        var made = new List<Everything>();
        Trainer trainer = Builder(epochs: 1).Observe(() => Made(made)).Build();

        trainer.Fit().Dispose();
        trainer.Fit().Dispose();

        Assert.Equal(2, made.Count);
        Assert.All(made, observer => Assert.Equal(["starting", "epoch 1", "ended"], observer.Told));
    }

    [Fact]
    public void ValidationBatchEnded_OverAnEpoch_ShowsEveryValidationImageOnce()
    {
        var made = new List<Everything>();
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Builder(epochs: 1).Observe(() => Made(made)).Build().Fit();

        Assert.Equal(Enumerable.Range(0, images.Validation.Samples.Count), made[0].Validated.Order());
        Assert.Equal(result.History[0].Validation["loss"], made[0].ValidationLoss / images.Validation.Samples.Count, 1e-9);
    }

    [Fact]
    public void SampleSkipped_OfABrokenImage_IsToldOnce()
    {
        var made = new List<Everything>();
        InMemoryDataset broken = ToyImages.WithABrokenOne();
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(new DatasetSplit(broken, new Subset(broken, [0, 1, 2])))
            .For(epochs: 3, batchSize: 5).RunOn(torchThreads: 1)
            .WhenUnreadable(UnreadablePolicy.SkipAndReport).Observe(() => Made(made)).Build();

        trainer.Fit().Dispose();

        Assert.Equal("torn.png", Assert.Single(made[0].Skipped));
    }

    [Fact]
    public void FitFailed_OfAFitThatDiverges_IsToldTheExceptionThatTheCallerGets()
    {
        var made = new List<Everything>();
        Trainer trainer = Builder(epochs: 20).OptimizeWith(Optimizers.Sgd(learningRate: 1e38)).Schedule(LearningRate.Constant)
            .Observe(() => Made(made)).Build();

        var failure = Assert.Throws<TrainingDivergedException>(() => trainer.Fit());

        Assert.Same(failure, made[0].Failure);
        Assert.DoesNotContain("ended", made[0].Told);
    }

    [Fact]
    public void FitFailed_ThatThrowsItself_LeavesTheFirstFailureToTheCallerAndTellsTheOthers()
    {
        var made = new List<Everything>();
        Trainer trainer = Builder(epochs: 1).Observe(() => new Throwing()).Observe(() => Made(made)).Build();

        var failure = Assert.Throws<InvalidOperationException>(() => trainer.Fit());

        Assert.Equal("first", failure.Message);
        Assert.Same(failure, made[0].Failure);
        Assert.Contains("second", failure.Data.Values.Cast<string>());
    }

    [Fact]
    public void FitFailed_OfAFitCancelledInItsFirstEpoch_IsTold()
    {
        using var cancellation = new CancellationTokenSource();
        var made = new List<Everything>();
        Trainer trainer = Builder(epochs: 2).Observe(() => Made(made, onStep: cancellation.Cancel)).Build();

        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(cancellationToken: cancellation.Token));

        Assert.IsAssignableFrom<OperationCanceledException>(made[0].Failure);
    }

    [Fact]
    public void SaveModel_AfterAnEpoch_WritesAFileThatPredictsAsValidated()
    {
        using var folder = new TemporaryFolder();
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Builder(epochs: 2).Observe(() => new SavingEachEpoch(folder.FullPath)).Build().Fit();

        foreach (EpochRecord epoch in result.History)
        {
            using Predictor loaded = Predictor.Load(folder.File($"{epoch.Epoch}.tlmodel"), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
            Assert.Equal(epoch.Epoch, loaded.Metadata.Epoch);
            Assert.Equal(epoch.Validation["accuracy"], loaded.Evaluate(images.Validation).Accuracy, 1e-9);
        }
    }

    [Fact]
    public void SaveModel_WhenTheFitHasEnded_SaysOfTheBestWeightsWhatTheyMeasured()
    {
        using var folder = new TemporaryFolder();
        using TrainingResult result = Builder(epochs: 3).Measure(new Falling()).Observe(() => new SavingAtTheEnd(folder.File("best.tlmodel"))).Build().Fit();

        using Predictor loaded = Predictor.Load(folder.File("best.tlmodel"), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

        Assert.Equal(1, result.Best.Epoch);
        Assert.Equal(1, loaded.Metadata.Epoch);
        Assert.Equal(result.Best.Validation.ToString(), new MetricValues(loaded.Metadata.Metrics).ToString());
    }

    [Fact]
    public void SaveModel_BeforeTheFirstEpochIsDone_HasNoMetrics()
    {
        using var folder = new TemporaryFolder();
        Builder(epochs: 1).Observe(() => new SavingAtTheStart(folder.File("start.tlmodel"))).Build().Fit().Dispose();

        using Predictor loaded = Predictor.Load(folder.File("start.tlmodel"), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });

        Assert.Equal(0, loaded.Metadata.Epoch);
        Assert.Empty(loaded.Metadata.Metrics);
    }

    [Fact]
    public void Position_BetweenEpochs_IsThatOfTheNextStep()
    {
        var positions = new List<(int, int, int)>();
        Builder(epochs: 2).Observe(() => new Locating(positions)).Build().Fit().Dispose();

        Assert.Equal([(2, 1, 3), (3, 1, 3)], positions);
    }

    [Fact]
    public void RequestStop_BeforeTheFirstEpoch_MakesItTheLast()
    {
        using TrainingResult result = Builder(epochs: 3).Observe(() => new StoppingAtTheStart()).Build().Fit();

        Assert.Single(result.History);
        Assert.Equal((TrainingOutcome.StoppedEarly, "enough"), (result.Outcome, result.StopReason));
    }

    private static TrainerBuilder Builder(int epochs) =>
        Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs, batchSize: 8).RunOn(torchThreads: 1);

    private static Everything Made(List<Everything> made, Action? onStep = null)
    {
        made.Add(new Everything(onStep));
        return made[^1];
    }

    private sealed class Everything(Action? onStep) : ITrainingObserver
    {
        public List<string> Told { get; } = [];

        public List<int> Validated { get; } = [];

        public double ValidationLoss { get; private set; }

        public List<string> Skipped { get; } = [];

        public Exception? Failure { get; private set; }

        public void FitStarting(TrainingRun run) => Told.Add("starting");

        public void StepEnded(StepRecord step, TrainingRun run) => onStep?.Invoke();

        public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run)
        {
            Validated.AddRange(indices);
            ValidationLoss += outcome.Loss * outcome.Count;
        }

        public void SampleSkipped(SkippedSample skipped, TrainingRun run) => Skipped.Add(skipped.Name);

        public void EpochEnded(EpochRecord epoch, TrainingRun run) => Told.Add($"epoch {epoch.Epoch}");

        public void FitEnded(TrainingRun run) => Told.Add("ended");

        public void FitFailed(Exception failure, TrainingRun run) => Failure = failure;
    }

    private sealed class Throwing : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run) => throw new InvalidOperationException("first");

        public void FitFailed(Exception failure, TrainingRun run) => throw new InvalidOperationException("second");
    }

    private sealed class SavingAtTheEnd(string path) : ITrainingObserver
    {
        public void FitEnded(TrainingRun run) => run.SaveModel(path);
    }

    private sealed class SavingAtTheStart(string path) : ITrainingObserver
    {
        public void FitStarting(TrainingRun run) => run.SaveModel(path);
    }

    private sealed class Locating(List<(int, int, int)> positions) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run) => positions.Add((run.Position.Epoch, run.Position.Step, run.Position.StepsPerEpoch));
    }

    private sealed class StoppingAtTheStart : ITrainingObserver
    {
        public void FitStarting(TrainingRun run) => run.RequestStop("enough");
    }

    /// <summary>Each pass measures less than the one before, so the first epoch is the best.</summary>
    private sealed class Falling() : Metric("falling", MetricDirection.HigherIsBetter)
    {
        private int _passes;

        public override IMetricTally CreateTally() => new Pass(-_passes++);

        private sealed class Pass(double value) : IMetricTally
        {
            public double Value => value;

            public void Add(BatchOutcome outcome)
            {
            }
        }
    }

    private sealed class SavingEachEpoch(string folder) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord epoch, TrainingRun run) => run.SaveModel(Path.Combine(folder, $"{epoch.Epoch}.tlmodel"));
    }
}
