using System.Collections.Frozen;
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

/// <summary>How the learning rate and the weight decay differ between the stages of a network.</summary>
public sealed record ParameterGroupOptions
{
    /// <summary>The factor on the learning rate of all stages before the head.</summary>
    /// <value>At least 0; 1 by default. 0.1 gives a new head ten times the learning rate of the backbone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double BackboneScale { get; init => field = Require.AtLeast(0, value); } = 1;

    /// <summary>Layer-wise learning-rate decay: the factor from each stage to the stage before it, starting at the last stage before the head.</summary>
    /// <value>Above 0; 1 by default. Howard and Ruder (2018) divide by 2.6: about 0.38.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double LayerDecay { get; init => field = Require.AboveZero(value); } = 1;

    /// <summary>The factor on the learning rate by the name of a stage, in place of what <see cref="BackboneScale"/> and <see cref="LayerDecay"/> give it.
    /// </summary>
    /// <value>Each at least 0; empty by default. The head can be named too.</value>
    /// <exception cref="ArgumentOutOfRangeException">A factor is negative or not finite.</exception>
    public IReadOnlyDictionary<string, double> StageScales
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.ToFrozenDictionary(entry => entry.Key, entry => Require.AtLeast(0, entry.Value, $"{nameof(StageScales)}[\"{entry.Key}\"]"));
        }
    } = FrozenDictionary<string, double>.Empty;

    /// <summary>Whether weight decay also applies to one-dimensional parameters: biases and the weights of normalization layers.</summary>
    /// <value>False by default, as He et al. (2019) advise.</value>
    public bool DecayNormAndBias { get; init; }
}
