using TransferLearning.Internal;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The built-in losses; any <see cref="ILoss"/> serves as well.</summary>
public static class Losses
{
    /// <summary>Softmax cross-entropy, the usual loss of classification, with class indices or, as MixUp makes them, probabilities for targets.</summary>
    /// <param name="labelSmoothing">The share of the target spread evenly over all classes, 0 to below 1 (Szegedy et al., 2016); 0 by default.</param>
    /// <param name="classWeights">A weight for each class, in the order of the classes; absent: all 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1), or a weight is negative or not finite.</exception>
    public static ILoss CrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null) =>
        new CrossEntropyLoss(labelSmoothing, classWeights);

    /// <summary>Binary cross-entropy of the sigmoid of each logit, the usual loss of multi-label classification.</summary>
    /// <param name="positiveWeights">How much more the samples of a class count for it than the others, for each class in their order; absent: all 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0 or not finite.</exception>
    public static ILoss BinaryCrossEntropy(IReadOnlyList<double>? positiveWeights = null) => new BinaryCrossEntropyLoss(positiveWeights);

    /// <summary>The mean squared error, the usual loss of regression.</summary>
    public static ILoss MeanSquaredError() => new ElementwiseLoss("The mean squared error", (output, targets) => nn.functional.mse_loss(output, targets));

    /// <summary>The mean absolute error, which outliers move less.</summary>
    public static ILoss MeanAbsoluteError() => new ElementwiseLoss("The mean absolute error", (output, targets) => nn.functional.l1_loss(output, targets));

    /// <summary>Half the squared error up to a bound, linear beyond (Huber, 1964).</summary>
    /// <param name="delta">The bound, in the units of what the loss sees: standard deviations, in regression; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not above 0 or not finite.</exception>
    public static ILoss Huber(double delta = 1)
    {
        Require.AboveZero(delta);
        return new ElementwiseLoss("The Huber loss", (output, targets) => nn.functional.huber_loss(output, targets, delta));
    }
}
