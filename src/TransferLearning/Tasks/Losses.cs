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
        new CrossEntropyLoss(labelSmoothing, new LossWeights(classWeights));

    /// <summary>Softmax cross-entropy with class weights that are computed from the training images, for classes of different sizes.</summary>
    /// <remarks>A sampler that draws classes equally often does the same; use one of them.</remarks>
    /// <param name="classWeights">How weights follow from the numbers of images, such as <see cref="ClassWeights.Balanced"/>.</param>
    /// <param name="labelSmoothing">The share of the target spread evenly over all classes, 0 to below 1; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1).</exception>
    public static ILoss CrossEntropy(ClassWeights classWeights, double labelSmoothing = 0) =>
        new CrossEntropyLoss(labelSmoothing, new LossWeights(null, Require.NotNull(classWeights)));

    /// <summary>The focal loss for one class per image: cross-entropy times (1 - p)^gamma, so that images which are already recognized count less.</summary>
    /// <remarks>T.-Y. Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017. Targets may be probabilities, as MixUp makes them.</remarks>
    /// <param name="gamma">The focus; at least 0, where 0 is cross-entropy.</param>
    /// <param name="classWeights">The weight alpha of each class, in the order of the classes; absent: all 1. The loss is the mean over the images, whatever
    /// their weights.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> or a weight is negative or not finite.</exception>
    public static ILoss Focal(double gamma = 2, IReadOnlyList<double>? classWeights = null) => new FocalLoss(gamma, new LossWeights(classWeights));

    /// <summary>The focal loss for one class per image with class weights that are computed from the training images.</summary>
    /// <param name="classWeights">How weights follow from the numbers of images, such as <see cref="ClassWeights.Balanced"/>.</param>
    /// <param name="gamma">The focus; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> is negative or not finite.</exception>
    public static ILoss Focal(ClassWeights classWeights, double gamma = 2) =>
        new FocalLoss(gamma, new LossWeights(null, Require.NotNull(classWeights)));

    /// <summary>The focal loss for several labels per image, like torchvision's sigmoid_focal_loss: binary cross-entropy times (1 - p)^gamma.</summary>
    /// <param name="gamma">The focus; at least 0, where 0 is binary cross-entropy.</param>
    /// <param name="alpha">The weight of labels that are present, 0 to 1; those that are absent have 1 - alpha. Null weights both with 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> is negative or not finite, or <paramref name="alpha"/> lies outside [0, 1].
    /// </exception>
    public static ILoss BinaryFocal(double gamma = 2, double? alpha = 0.25) => new BinaryFocalLoss(gamma, alpha);

    /// <summary>Binary cross-entropy of the sigmoid of each logit, the usual loss of multi-label classification.</summary>
    public static ILoss BinaryCrossEntropy() => new BinaryCrossEntropyLoss(null);

    /// <summary>Binary cross-entropy that weighs the images of a class more, or less, than the others.</summary>
    /// <param name="positiveWeights">How much more the images of a class count for it than the others, for each class in their order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0 or not finite.</exception>
    public static ILoss BinaryCrossEntropy(IReadOnlyList<double> positiveWeights) => new BinaryCrossEntropyLoss(Require.NotNull(positiveWeights));

    /// <summary>Binary cross-entropy with positive weights that are computed from the training images, for labels that few images have.</summary>
    /// <param name="positiveWeights">How the weight of a label follows from the number of images without it and with it; by <see cref="ClassWeights.Balanced"/>
    /// it is the first by the second, as PyTorch recommends for <c>pos_weight</c>.</param>
    public static ILoss BinaryCrossEntropy(ClassWeights positiveWeights) => new BinaryCrossEntropyLoss(null, Require.NotNull(positiveWeights));

    /// <summary>The mean squared error, the usual loss of regression.</summary>
    public static ILoss MeanSquaredError() => new ElementwiseLoss("mean squared error", (output, targets) => nn.functional.mse_loss(output, targets));

    /// <summary>The mean absolute error, which outliers move less.</summary>
    public static ILoss MeanAbsoluteError() => new ElementwiseLoss("mean absolute error", (output, targets) => nn.functional.l1_loss(output, targets));

    /// <summary>Half the squared error up to a bound, linear beyond (Huber, 1964).</summary>
    /// <param name="delta">The bound, in the units of what the loss sees: standard deviations, in regression; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not above 0 or not finite.</exception>
    public static ILoss Huber(double delta = 1)
    {
        Require.AboveZero(delta);
        return new ElementwiseLoss("Huber loss", (output, targets) => nn.functional.huber_loss(output, targets, delta));
    }
}
