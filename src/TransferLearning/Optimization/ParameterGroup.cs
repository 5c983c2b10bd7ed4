using TorchSharp.Modules;
using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Name">The name in logs and errors.</param>
/// <param name="Parameters">The parameters with their full names; borrowed.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<(string Name, Parameter Parameter)> Parameters)
{
    /// <summary>The factor by which the learning rate of a step is multiplied.</summary>
    /// <value>At least 0; 1 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRateScale { get; init => field = Require.AtLeast(0, value); } = 1;

    /// <summary>The weight decay of this group.</summary>
    /// <value>At least 0; null by default, which uses the optimizer's.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double? WeightDecay { get; init => field = value is { } decay ? Require.AtLeast(0, decay, nameof(WeightDecay)) : null; }
}
