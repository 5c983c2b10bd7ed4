using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>The settings that all optimizers share; each optimizer's own are in its derived record.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The base learning rate, which a schedule and each group scale.</summary>
    /// <value>Above 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double LearningRate { get; init => field = Require.AboveZero(value); } = 1e-3;

    /// <summary>How strongly weights are pulled towards 0: the coefficient of weight decay.</summary>
    /// <value>At least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay { get; init => field = Require.AtLeast(0, value); }

    /// <summary>The largest joint norm of all gradients; larger gradients are scaled down to it before the step. Null does not clip.</summary>
    /// <value>Above 0; null by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double? MaxGradientNorm { get; init => field = value is { } norm ? Require.AboveZero(norm, nameof(MaxGradientNorm)) : null; }

    /// <summary>Makes the optimizer, without parameters yet.</summary>
    /// <returns>A fresh optimizer; the caller disposes it.</returns>
    public abstract Optimizer Create();
}
