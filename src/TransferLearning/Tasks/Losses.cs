using TransferLearning.Tasks;

namespace TransferLearning;

/// <summary>The built-in losses; any <see cref="ILoss"/> serves as well.</summary>
public static class Losses
{
    /// <summary>Softmax cross-entropy, the usual loss of classification.</summary>
    /// <param name="labelSmoothing">The share of the target spread evenly over all classes, 0 to below 1; 0 by default.</param>
    /// <param name="classWeights">A weight for each class, in the order of the classes; absent: all 1.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1), or a weight is negative or not finite.</exception>
    public static ILoss CrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null) =>
        new CrossEntropyLoss(labelSmoothing, classWeights);
}
