using TransferLearning.Internal;

namespace TransferLearning.Training.RateSearch;

/// <summary>Settings of <see cref="Trainer.FindLearningRate"/>. Immutable.</summary>
public sealed record LearningRateSearchOptions
{
    /// <summary>The learning rate of the first step.</summary>
    /// <value>Above 0; 1e-7 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double Lowest { get; init => field = Require.AboveZero(value); } = 1e-7;

    /// <summary>The learning rate of the last step, if the loss does not diverge before.</summary>
    /// <value>Above <see cref="Lowest"/>; 10 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double Highest { get; init => field = Require.AboveZero(value); } = 10;

    /// <summary>The number of steps.</summary>
    /// <value>At least 20; 100 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 20.</exception>
    public int Steps { get; init => field = Require.AtLeast(20, value); } = 100;

    /// <summary>The decay of the moving average of the loss.</summary>
    /// <value>At least 0 and below 1; 0.98 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Smoothing { get; init => field = Require.BelowOne(value); } = 0.98;

    /// <summary>How many times its lowest value the smoothed loss must exceed to have diverged.</summary>
    /// <value>At least 1; 4 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, or not finite.</exception>
    public double Divergence { get; init => field = Require.AtLeast(1.0, value); } = 4;

    /// <summary>The epoch whose frozen layers apply throughout.</summary>
    /// <value>At least 1; 1 by default. Choose the first epoch that trains the backbone to learn of its learning rate.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epoch { get; init => field = Require.AtLeast(1, value); } = 1;

    /// <summary>The learning rate of a step, counted from 0: evenly spaced on a logarithmic scale.</summary>
    internal double RateOf(int step) => Lowest * Math.Pow(Highest / Lowest, step / (Steps - 1.0));
}
