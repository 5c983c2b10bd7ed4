using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>Settings of <see cref="SgdOptimizer"/>.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The share of the last step's direction that is kept.</summary>
    /// <value>At least 0 and below 1; 0.9 by default. 0 keeps no state.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Momentum { get; init => field = Require.BelowOne(value); } = 0.9;

    /// <summary>Whether to step as if the momentum had already been applied.</summary>
    /// <value>False by default; without effect where the momentum is 0.</value>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create() => new SgdOptimizer(this);
}
