using TransferLearning.Training;

namespace TransferLearning;

/// <summary>The built-in objectives; any <see cref="IObjective"/> serves as well.</summary>
public static class Objectives
{
    /// <summary>Softmax cross-entropy, the usual objective of classification.</summary>
    /// <param name="labelSmoothing">The share of the target spread evenly over all classes, 0 to below 1; 0 by default.</param>
    /// <param name="classWeights">A weight for each class, in the order of the classes; absent: all 1.</param>
    /// <returns>The objective.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1), or a weight is negative or not finite.</exception>
    public static IObjective CrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null) =>
        new CrossEntropyObjective(labelSmoothing, classWeights);
}
