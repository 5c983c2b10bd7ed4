using TransferLearning.Batching;
using TransferLearning.Optimization;

namespace TransferLearning.Tests.Optimization;

public sealed class LearningRateTests
{
    [Fact]
    public void Position_WithinARun_TellsItsProgress()
    {
        Assert.Equal(0, Position(0, 4, 0, 10).Progress);
        Assert.Equal(1.5, Position(1, 4, 5, 10).EpochsDone);
        Assert.Equal(0.375, Position(1, 4, 5, 10).Progress);
        Assert.Equal(39.0 / 40, Position(3, 4, 9, 10).Progress, 12);
    }

    [Fact]
    public void Constant_Anywhere_IsOne() => Assert.Equal(1, LearningRate.Constant.GetFactor(At(3, 4, 9, 10)));

    [Fact]
    public void StepDecay_EverySeven_DropsAtSevenAndFourteen()
    {
        ILearningRateSchedule schedule = LearningRate.StepDecay(every: 7, factor: 0.1);

        double[] factors = [.. new[] { 0, 6, 7, 13, 14 }.Select(epoch => schedule.GetFactor(At(epoch, 25, 3, 10)))];

        Assert.Equal([1, 1, 0.1, 0.1, 0.01], factors.Select(factor => Math.Round(factor, 12)));
    }

    [Fact]
    public void Cosine_FourEpochs_FallsAlongHalfAWave()
    {
        ILearningRateSchedule schedule = LearningRate.Cosine();

        // (1 + cos(pi p)) / 2 at p = 0, 1/4, 1/2, 3/4
        Assert.Equal([1, 0.853553, 0.5, 0.146447], Enumerable.Range(0, 4).Select(epoch => At(schedule, epoch, 4)));
    }

    [Fact]
    public void Cosine_WithFinal_FallsTowardsIt() =>
        Assert.Equal(0.1 + 0.9 * 0.5, LearningRate.Cosine(final: 0.1).GetFactor(At(2, 4, 0, 10)), 12);

    [Fact]
    public void Cosine_WithWarmUp_RisesStepByStepToOneThenFalls()
    {
        ILearningRateSchedule schedule = LearningRate.Cosine(warmUpEpochs: 1);

        double[] warmUp = [.. Enumerable.Range(0, 4).Select(step => schedule.GetFactor(At(0, 3, step, 4)))];

        Assert.Equal([0.2, 0.4, 0.6, 0.8], warmUp.Select(factor => Math.Round(factor, 12)));
        Assert.Equal([1, 0.5], new[] { 1, 2 }.Select(epoch => At(schedule, epoch, 3)));
    }

    [Fact]
    public void Cosine_WithWarmUpOfAPartOfAnEpoch_TurnsWithinIt()
    {
        ILearningRateSchedule schedule = LearningRate.Cosine(warmUpEpochs: 0.5);

        double[] factors = [.. Enumerable.Range(0, 4).Select(step => schedule.GetFactor(At(0, 1, step, 4)))];

        // A rise by thirds over two steps, then the cosine at 0 and 1/2 of what is left.
        Assert.Equal([0.333333, 0.666667, 1, 0.5], factors.Select(factor => Math.Round(factor, 6)));
    }

    [Fact]
    public void Cosine_WarmUpAsLongAsTheRun_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => LearningRate.Cosine(warmUpEpochs: 3).GetFactor(At(0, 3, 0, 10)));

        Assert.Equal("The warm-up takes 3 epochs and the run has 3; the warm-up must be shorter than the run.", error.Message);
    }

    [Fact]
    public void From_AFunction_IsAskedWithThePosition() =>
        Assert.Equal(0.25, LearningRate.From(context => context.Position.Progress).GetFactor(At(1, 4, 0, 10)));

    [Fact]
    public void From_TheValidationOfPastEpochs_CanWaitForAPlateau()
    {
        // Halves the rate for every epoch whose loss was no lower than the one before.
        ILearningRateSchedule schedule = LearningRate.From(context =>
            Math.Pow(0.5, context.Validation.Zip(context.Validation.Skip(1)).Count(pair => pair.Second["loss"] >= pair.First["loss"])));
        double[] losses = [0.9, 0.5, 0.6, 0.4, 0.4];

        double[] factors = [.. Enumerable.Range(0, 6).Select(epoch => schedule.GetFactor(
            At(epoch, 6, 0, 10) with { Validation = [.. losses.Take(epoch).Select(loss => new Dictionary<string, double> { ["loss"] = loss })] }))];

        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.25], factors);
    }

    [Fact]
    public void Making_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.StepDecay(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.StepDecay(1, factor: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Cosine(warmUpEpochs: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Cosine(final: 1.1));
        Assert.Throws<ArgumentNullException>(() => LearningRate.From(null!));
    }

    private static double At(ILearningRateSchedule schedule, int epoch, int epochs) => Math.Round(schedule.GetFactor(At(epoch, epochs, 0, 10)), 6);

    private static ScheduleContext At(int epoch, int epochs, int step, int stepsPerEpoch) =>
        new() { Position = Position(epoch, epochs, step, stepsPerEpoch) };

    private static TrainingPosition Position(int epochsDone, int epochs, int stepsDone, int stepsPerEpoch) =>
        new() { Epoch = epochsDone + 1, Epochs = epochs, Step = stepsDone + 1, StepsPerEpoch = stepsPerEpoch };
}
