using TransferLearning.Internal;

namespace TransferLearning.Optimization;

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

    /// <summary>Whether weight decay also applies to one-dimensional parameters: biases and the weights of normalization layers.</summary>
    /// <value>False by default, as He et al. (2019) advise.</value>
    public bool DecayNormAndBias { get; init; }
}
