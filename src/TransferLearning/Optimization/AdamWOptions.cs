using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>Settings of <see cref="AdamWOptimizer"/>.</summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Starts from the optimizer's own defaults: learning rate 1e-4, weight decay 0.01.</summary>
    public AdamWOptions()
    {
        LearningRate = 1e-4;
        WeightDecay = 0.01;
    }

    /// <summary>The share of the gradients' running mean that each step keeps: the first beta.</summary>
    /// <value>At least 0 and below 1; 0.9 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double MeanDecay { get; init => field = Require.BelowOne(value); } = 0.9;

    /// <summary>The share of the squared gradients' running mean that each step keeps: the second beta.</summary>
    /// <value>At least 0 and below 1; 0.999 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double SquareDecay { get; init => field = Require.BelowOne(value); } = 0.999;

    /// <summary>What is added to the divisor so that it is never 0.</summary>
    /// <value>Above 0; 1e-8 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double Epsilon { get; init => field = Require.AboveZero(value); } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer Create() => new AdamWOptimizer(this);
}
