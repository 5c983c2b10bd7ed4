using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Training;

public sealed class FitLimitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(7, 2)]
    public void StopAfter_SomeSteps_EndsThereWithAValidatedEpoch(int steps, int epochs)
    {
        var counting = new Counting();

        using TrainingResult result = Builder().StopAfter(steps).Observe(() => counting).Build().Fit();

        Assert.Equal(steps, counting.Steps);
        Assert.Equal(epochs, result.History.Count);
        Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
        Assert.Equal($"the limit of {steps} steps is reached", result.StopReason);
        Assert.All(result.History, epoch => Assert.True(double.IsFinite(epoch.Validation[Metric.Loss])));
        Assert.Equal(3, result.Model.Predict(ToyImages.Encoded(1, new Random(5))).Probabilities.Count);
    }

    [Fact]
    public void StopAfter_ATime_EndsWithTheStepAtWhichItIsOver()
    {
        var counting = new Counting();

        using TrainingResult result = Builder().StopAfter(TimeSpan.FromSeconds(7)).With(options => options with { TimeProvider = new SecondPerLook() })
            .Observe(() => counting).Build().Fit();

        Assert.Equal(7, counting.Steps);
        Assert.Equal(2, result.History.Count);
        Assert.Equal("the limit of 00:00:07 is reached", result.StopReason);
    }

    [Fact]
    public void StopAfter_OnStoredFeatures_EndsThereToo()
    {
        var counting = new Counting();

        using TrainingResult result = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 4, batchSize: 5)
            .RunOn(torchThreads: 1).StopAfter(steps: 3).Observe(() => counting).Build().Fit();

        Assert.Equal(3, counting.Steps);
        Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
    }

    [Fact]
    public void StopAfter_MoreThanTheFitTakes_ChangesNothing()
    {
        using TrainingResult limited = Builder().StopAfter(TimeSpan.FromDays(1)).StopAfter(steps: 1000).Build().Fit();
        using TrainingResult free = Builder().Build().Fit();

        Assert.Equal(TrainingOutcome.Completed, limited.Outcome);
        Assert.Equal(free.History.Select(epoch => epoch.Validation), limited.History.Select(epoch => epoch.Validation));
    }

    [Fact]
    public void StopAfter_TheStepsOfTheWholeFit_IsACompleteFit()
    {
        using TrainingResult result = Builder().StopAfter(steps: 15).Build().Fit();

        Assert.Equal(3, result.History.Count);
        Assert.Equal((TrainingOutcome.Completed, null), (result.Outcome, result.StopReason));
    }

    [Fact]
    public void StopAfter_WithinAnEpoch_ReportsTheStepsThatItTook()
    {
        var reports = new Reports();

        Builder().StopAfter(steps: 7).Build().Fit(reports).Dispose();

        Assert.Equal([(1, 5), (2, 2)], reports.Where(report => report.Completed is not null).Select(report => (report.Epoch, report.Step)));
    }

    [Fact]
    public void StopAfter_ATimeThatIsOverBeforeTheHeadIsSolved_EndsWithTheSolvedHead()
    {
        using TrainingResult result = Tuning().StopAfter(TimeSpan.FromSeconds(1))
            .With(options => options with { TimeProvider = new SecondPerLook() }).Build().Fit();

        Assert.Equal(0, Assert.Single(result.History).Epoch);
        Assert.Equal((TrainingOutcome.StoppedEarly, "the limit of 00:00:01 is reached"), (result.Outcome, result.StopReason));
    }

    [Fact]
    public void StopAfter_ASolvedHeadAlone_IsRefused()
    {
        TrainerBuilder Solved() => Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split());

        string time = Assert.Single(Assert.Throws<TrainerConfigurationException>(Solved().StopAfter(TimeSpan.FromMinutes(1)).Build).Problems);
        string steps = Assert.Single(Assert.Throws<TrainerConfigurationException>(Solved().StopAfter(steps: 3).Build).Problems);

        Assert.Equal(time, steps);
        Assert.StartsWith("StopAfter is for epochs, but the head is solved at once and no epoch follows", time);
        Assert.Equal(2, Solved().For(epochs: 2).StopAfter(steps: 3).Build().Options.Epochs);
    }

    [Fact]
    public void StopAfter_WithGradientsLeft_UpdatesBeforeItValidates()
    {
        using TrainingResult left = Builder().AccumulateGradients(4).StopAfter(steps: 2).Build().Fit();
        using TrainingResult none = Builder().OptimizeWith(Optimizers.Sgd(1e-30)).StopAfter(steps: 2).Build().Fit();

        Assert.NotEqual(none.History[0].Validation[Metric.Loss], left.History[0].Validation[Metric.Loss]);
    }

    private static TrainerBuilder Builder() => Tuning().StartFromRandomHead();

    private static TrainerBuilder Tuning() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize: 5)
        .RunOn(torchThreads: 1).Freeze(FreezePolicy.Nothing).ComputeIn(ComputePrecision.Float32);

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }

    private sealed class Counting : ITrainingObserver
    {
        public int Steps { get; private set; }

        public void StepEnded(StepRecord step, TrainingRun run) => Steps++;
    }

    /// <summary>A clock on which a second passes each time that somebody looks at it.</summary>
    private sealed class SecondPerLook : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
