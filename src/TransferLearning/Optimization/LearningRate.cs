using System.Globalization;
using TransferLearning.Batching;
using TransferLearning.Internal;
using TransferLearning.Optimization;

namespace TransferLearning;

/// <summary>The built-in learning-rate schedules; implement <see cref="ILearningRateSchedule"/> for another.</summary>
public static class LearningRate
{
    /// <summary>A constant learning rate.</summary>
    public static ILearningRateSchedule Constant { get; } = From(_ => 1);

    /// <summary>Multiplies the learning rate by a factor every few epochs, like PyTorch's StepLR.</summary>
    /// <param name="every">The number of epochs between two changes; at least 1.</param>
    /// <param name="factor">The factor; above 0, usually 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule StepDecay(int every, double factor = 0.1) =>
        new StepDecaySchedule(Require.AtLeast(1, every), Require.AboveZero(factor));

    /// <summary>Cosine annealing, updated every step, after an optional linear warm-up.</summary>
    /// <param name="warmUpEpochs">The number of warm-up epochs, which may be fractional; at least 0 and below the number of epochs.</param>
    /// <param name="final">The factor at the end; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule Cosine(double warmUpEpochs = 0, double final = 0) =>
        new CosineSchedule(Require.AtLeast(0, warmUpEpochs), Require.Between(0, 1, final));

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

    // Cosine annealing (I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, one period) after a linear warm-up (P. Goyal et al., 2017).
    private sealed record CosineSchedule(double WarmUpEpochs, double Final) : ILearningRateSchedule
    {
        public double GetFactor(ScheduleContext context)
        {
            TrainingPosition at = context.Position;
            if (WarmUpEpochs > 0 && WarmUpEpochs >= at.Epochs)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The warm-up takes {WarmUpEpochs} epochs and the run has {at.Epochs}; the warm-up must be shorter than the run."));
            }
            return at.EpochsDone < WarmUpEpochs ? WarmUp(at) : Fall(at);
        }

        // One step is added on both sides, so that the first step does not have a learning rate of 0 and the annealing starts at 1.
        private double WarmUp(TrainingPosition at)
        {
            double step = 1.0 / at.StepsPerEpoch;
            return (at.EpochsDone + step) / (WarmUpEpochs + step);
        }

        private double Fall(TrainingPosition at)
        {
            double done = (at.EpochsDone - WarmUpEpochs) / (at.Epochs - WarmUpEpochs);
            return Final + (1 - Final) / 2 * (1 + Math.Cos(Math.PI * done));
        }
    }
}
