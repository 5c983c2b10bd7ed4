using TransferLearning.Batching;
using TransferLearning.Internal;
using TransferLearning.Optimization;

namespace TransferLearning;

/// <summary>The learning-rate schedules to choose from; an <see cref="ILearningRateSchedule"/> of one's own goes in the same place.</summary>
public static class LearningRate
{
    /// <summary>The base learning rate throughout.</summary>
    public static ILearningRateSchedule Constant { get; } = From(_ => 1);

    /// <summary>Multiplies the rate by a factor after every few epochs, as PyTorch's StepLR.</summary>
    /// <param name="every">The number of epochs between two changes; at least 1.</param>
    /// <param name="factor">The factor; above 0, usually 0.1.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule StepDecay(int every, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new StepDecaySchedule(every, Require.AboveZero(factor));
    }

    /// <summary>Falls along half a cosine wave, step by step, after an optional linear rise.</summary>
    /// <param name="warmUpEpochs">How many epochs the rise takes, parts of one allowed; at least 0 and below the run's epochs.</param>
    /// <param name="final">The factor that the fall runs towards; 0 to 1.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static ILearningRateSchedule Cosine(double warmUpEpochs = 0, double final = 0) =>
        new CosineSchedule(Require.AtLeast(0, warmUpEpochs), Require.Between(0, 1, final));

    /// <summary>A schedule from a function.</summary>
    /// <param name="factor">From the position of the step to come to the factor on the base rate; a pure function.</param>
    /// <returns>The schedule.</returns>
    public static ILearningRateSchedule From(Func<TrainingPosition, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new FunctionSchedule(factor);
    }
}
