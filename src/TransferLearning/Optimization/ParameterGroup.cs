using TorchSharp.Modules;
using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>Parameters that an optimizer treats alike.</summary>
/// <param name="Name">What logs and errors call it.</param>
/// <param name="Parameters">The parameters with their full names; borrowed.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<(string Name, Parameter Parameter)> Parameters)
{
    /// <summary>The factor on the step's learning rate.</summary>
    /// <value>At least 0; 1 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRateScale { get; init => field = Require.AtLeast(0, value); } = 1;

    /// <summary>The group's own weight decay; null stands for the optimizer's.</summary>
    /// <value>At least 0; null by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double? WeightDecay { get; init => field = value is { } decay ? Require.AtLeast(0, decay, nameof(WeightDecay)) : null; }
}
