using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>What every optimizer is told; its own settings are in the derived record.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The base learning rate, which a schedule and each group scale.</summary>
    /// <value>Above 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double LearningRate { get; init => field = Require.AboveZero(value); } = 1e-3;

    /// <summary>How strongly weights are pulled towards 0.</summary>
    /// <value>At least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay { get; init => field = Require.AtLeast(0, value); }

    /// <summary>The largest norm that all gradients together may have; longer ones are shortened to it before the step. Null lets every gradient through.</summary>
    /// <value>Above 0; null by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double? MaxGradientNorm { get; init => field = value is { } norm ? Require.AboveZero(norm, nameof(MaxGradientNorm)) : null; }

    /// <summary>Makes the optimizer, without parameters yet.</summary>
    /// <returns>A fresh optimizer; the caller disposes it.</returns>
    public abstract Optimizer Create();
}
