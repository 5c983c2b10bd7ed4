using TransferLearning.Optimization;

namespace TransferLearning;

/// <summary>The built-in optimizers; derive from <see cref="Optimizer"/> and <see cref="OptimizerOptions"/> for another.</summary>
/// <remarks>Each method returns settings; use <c>with</c> for the others, such as <see cref="OptimizerOptions.MaxGradientNorm"/>.</remarks>
public static class Optimizers
{
    /// <summary>Stochastic gradient descent with momentum: the usual choice for convolutional networks.</summary>
    /// <param name="learningRate">The base learning rate; above 0.</param>
    /// <param name="momentum">The momentum; at least 0 and below 1.</param>
    /// <param name="weightDecay">The weight decay, added to the gradient; at least 0.</param>
    /// <param name="nesterov">Whether to use Nesterov momentum.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static SgdOptions Sgd(double learningRate = 1e-3, double momentum = 0.9, double weightDecay = 0, bool nesterov = false) =>
        new() { LearningRate = learningRate, Momentum = momentum, WeightDecay = weightDecay, Nesterov = nesterov };

    /// <summary>Adam with decoupled weight decay: less sensitive to the learning rate, the usual choice for transformers.</summary>
    /// <param name="learningRate">The base learning rate; above 0.</param>
    /// <param name="weightDecay">The decoupled weight decay, multiplied by the learning rate in every step; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static AdamWOptions AdamW(double learningRate = 1e-4, double weightDecay = 0.01) =>
        new() { LearningRate = learningRate, WeightDecay = weightDecay };
}
