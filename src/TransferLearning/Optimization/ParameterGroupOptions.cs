using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>How the learning rate and the weight decay differ within a network.</summary>
public sealed record ParameterGroupOptions
{
    /// <summary>The factor on the learning rate of everything below the head.</summary>
    /// <value>At least 0; 1 by default. 0.1 lets a new head learn ten times as fast as the backbone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double BackboneScale { get; init => field = Require.AtLeast(0, value); } = 1;

    /// <summary>Layer-wise learning-rate decay: the further factor from each stage to the one before it, counted from the last stage below the head.</summary>
    /// <value>Above 0; 1 by default. Howard and Ruder (2018) divide by 2.6: about 0.38.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double LayerDecay { get; init => field = Require.AboveZero(value); } = 1;

    /// <summary>Whether weight decay also applies to biases and to the scales and shifts of norms: the parameters of one axis.</summary>
    /// <value>False by default, as He et al. (2019) advise.</value>
    public bool DecayNormAndBias { get; init; }
}
