using TransferLearning.Internal;
using TransferLearning.Optimization;

namespace TransferLearning;

/// <summary>The built-in learning-rate schedules; implement <see cref="ILearningRateSchedule"/> for another.</summary>
/// <remarks>Each is a factor on the base learning rate, a function of the position in the fit and, of <see cref="ReduceOnPlateau"/>, the validation so far.
/// docs/training.md says when to use which.</remarks>
public static class LearningRate
{
    /// <summary>A constant learning rate.</summary>
    public static ILearningRateSchedule Constant { get; } = From(_ => 1);

    /// <summary>Multiplies the learning rate by a factor every few epochs, like PyTorch's StepLR; updated every epoch.</summary>
    /// <param name="every">The number of epochs between two changes; at least 1.</param>
    /// <param name="factor">The factor; above 0, usually 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule StepDecay(int every, double factor = 0.1) =>
        new StepDecaySchedule(Require.AtLeast(1, every), Require.AboveZero(factor));

    /// <summary>Cosine annealing after an optional linear warm-up; updated every step.</summary>
    /// <param name="warmUpEpochs">The number of warm-up epochs, which may be fractional; at least 0 and below the number of epochs.</param>
    /// <param name="final">The factor at the end; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule Cosine(double warmUpEpochs = 0, double final = 0) =>
        new CosineSchedule(Require.AtLeast(0, warmUpEpochs), Require.Between(0, 1, final));

    /// <summary>Multiplies the learning rate by a factor after each of several epochs, like PyTorch's MultiStepLR; updated every epoch.</summary>
    /// <param name="factor">The factor; above 0, usually 0.1.</param>
    /// <param name="afterEpochs">The numbers of epochs after which it is applied, such as 10 and 20; each at least 1, at least one. One that comes twice counts
    /// twice.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="ArgumentException">No epoch is given.</exception>
    public static ILearningRateSchedule MultiStep(double factor, params IEnumerable<int> afterEpochs)
    {
        ArgumentNullException.ThrowIfNull(afterEpochs);
        int[] epochs = [.. afterEpochs.Select(epoch => Require.AtLeast(1, epoch, nameof(afterEpochs)))];
        if (epochs.Length == 0)
            throw new ArgumentException($"Give at least one epoch, or use {nameof(LearningRate)}.{nameof(Constant)}.", nameof(afterEpochs));
        Require.AboveZero(factor);
        return From(context => Math.Pow(factor, epochs.Count(epoch => epoch < context.Position.Epoch)));
    }

    /// <summary>Multiplies the learning rate by a factor after every epoch, like PyTorch's ExponentialLR; updated every epoch.</summary>
    /// <param name="factor">The factor; above 0 and at most 1, 0.9 for instance.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="factor"/> is out of its range.</exception>
    public static ILearningRateSchedule Exponential(double factor)
    {
        Require.AboveZeroUpTo(1, factor);
        return From(context => Math.Pow(factor, context.Position.Epoch - 1));
    }

    /// <summary>Lowers the learning rate to 0 over the fit by a power of what remains of it, like PyTorch's PolynomialLR; updated every step.</summary>
    /// <param name="power">The power; above 0. 1 lowers it linearly.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is not above 0 or not finite.</exception>
    public static ILearningRateSchedule Polynomial(double power = 1)
    {
        Require.AboveZero(power);
        return From(context => Math.Pow(1 - context.Position.Progress, power));
    }

    /// <summary>One cycle, like PyTorch's OneCycleLR: the learning rate rises to the optimizer's and falls far below its start, along half a cosine each; the
    /// momentum goes the other way. Updated every step.</summary>
    /// <remarks>L. N. Smith, "A disciplined approach to neural network hyper-parameters: Part 1", 2018.</remarks>
    /// <param name="rise">The fraction of the fit in which the learning rate rises; above 0 and below 1.</param>
    /// <param name="startDivisor">The optimizer's learning rate over that of the first step; at least 1.</param>
    /// <param name="endDivisor">The learning rate of the first step over that of the last; at least 1.</param>
    /// <param name="lowMomentum">The momentum at the highest learning rate; at least 0 and below 1.</param>
    /// <param name="highMomentum">The momentum at both ends; at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule OneCycle(
        double rise = 0.3, double startDivisor = 25, double endDivisor = 1e4, double lowMomentum = 0.85, double highMomentum = 0.95) => new OneCycleSchedule(
            Require.AboveZero(Require.BelowOne(rise), nameof(rise)), Require.AtLeast(1.0, startDivisor), Require.AtLeast(1.0, endDivisor),
            Require.BelowOne(lowMomentum), Require.BelowOne(highMomentum));

    /// <summary>A linear warm-up, step by step, before another schedule, which then begins with its own first epoch.</summary>
    /// <remarks>P. Goyal et al., "Accurate, Large Minibatch SGD", 2017. The k-th of n warm-up steps has k / (n + 1) of the schedule's first learning rate.
    /// </remarks>
    /// <param name="epochs">The number of warm-up epochs; at least 1 and below the number of epochs of the fit.</param>
    /// <param name="then">The schedule for the other epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is below 1.</exception>
    public static ILearningRateSchedule WarmUp(int epochs, ILearningRateSchedule then) => new WarmUpSchedule(Require.AtLeast(1, epochs), Require.NotNull(then));

    /// <summary>Lowers the learning rate when a validation metric has stopped improving, like PyTorch's ReduceLROnPlateau; updated every epoch.</summary>
    /// <param name="metric">One of the measured metrics; the validation loss by default.</param>
    /// <param name="factor">The factor on the learning rate; above 0 and below 1.</param>
    /// <param name="patience">The number of epochs without improvement that are waited for; the next one lowers it. At least 0.</param>
    /// <param name="threshold">The least relative change that is an improvement; at least 0.</param>
    /// <param name="cooldown">The number of epochs after a change in which nothing is counted; at least 0.</param>
    /// <param name="minimum">The lowest factor on the base learning rate; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule ReduceOnPlateau(
        Metric? metric = null, double factor = 0.1, int patience = 3, double threshold = 1e-4, int cooldown = 0, double minimum = 0) => new PlateauSchedule(
            metric ?? Metric.Loss, Require.AboveZero(Require.BelowOne(factor), nameof(factor)), Require.AtLeast(0, patience),
            Require.AtLeast(0.0, threshold), Require.AtLeast(0, cooldown), Require.Between(0, 1, minimum));

    /// <summary>A schedule from a function.</summary>
    /// <param name="factor">A pure function from the context of the next step to the factor on the base learning rate.</param>
    public static ILearningRateSchedule From(Func<ScheduleContext, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new FunctionSchedule(factor);
    }

    private sealed record FunctionSchedule(Func<ScheduleContext, double> Function) : ILearningRateSchedule
    {
        public double GetFactor(ScheduleContext context) => Function(context);
    }

    private sealed record StepDecaySchedule(int Every, double Decay) : ILearningRateSchedule
    {
        public double GetFactor(ScheduleContext context) => Math.Pow(Decay, (context.Position.Epoch - 1) / Every);
    }
}
