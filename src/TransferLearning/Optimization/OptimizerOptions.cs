using TransferLearning.Internal;

namespace TransferLearning.Optimization;

/// <summary>The settings that all optimizers share; derived records add those of one optimizer.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The base learning rate, which the learning-rate schedule and each parameter group scale.</summary>
    /// <value>Above 0; 1e-3 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double LearningRate { get; init => field = Require.AboveZero(value); } = 1e-3;

    /// <summary>The weight decay.</summary>
    /// <value>At least 0; 0 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay { get; init => field = Require.AtLeast(0, value); }

    /// <summary>The maximum global L2 norm of all gradients; larger gradients are scaled down to it before the step, like PyTorch's clip_grad_norm_.</summary>
    /// <value>Above 0; null by default, which does not clip.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double? MaxGradientNorm { get; init => field = value is { } norm ? Require.AboveZero(norm, nameof(MaxGradientNorm)) : null; }

    /// <summary>The maximum absolute value of each element of the gradients, clipped before <see cref="MaxGradientNorm"/>, like PyTorch's clip_grad_value_.
    /// </summary>
    /// <value>Above 0; null by default, which does not clip.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    public double? MaxGradientValue { get; init => field = value is { } largest ? Require.AboveZero(largest, nameof(MaxGradientValue)) : null; }

    /// <summary>Creates the optimizer, without parameters.</summary>
    /// <returns>A new optimizer; the caller disposes it.</returns>
    public abstract Optimizer Create();
}
