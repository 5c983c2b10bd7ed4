using TransferLearning.Published;

namespace TransferLearning;

// Of all weights whose license allows any use, each choice is the most accurate one that needs no more operations than itself.
public static partial class Pretrained
{
    /// <summary>
    /// Small and quick: <see cref="MobileNetV3Large"/>, 75.3 % on ImageNet for 0.22 billion operations an image and a file of 21 MB.
    /// For a first trial, a slow processor, or a program that carries its model along.
    /// </summary>
    /// <remarks>
    /// Of the weights that need no more operations it is the most accurate by 4 percentage points; ResNet-18 needs eight times as many for 69.8 %.
    /// </remarks>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone Fast() => MobileNetV3Large();

    /// <summary>The middle: <see cref="RegNetY1_6GF"/>, 80.9 % on ImageNet for 1.6 billion operations an image and a file of 43 MB. For most fits.</summary>
    /// <remarks>As accurate as ResNet-50, which needs 4.1 billion operations and 98 MB; images of 224 pixels, so that a batch takes little memory.</remarks>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone Balanced() => RegNetY1_6GF();

    /// <summary>
    /// As accurate as is within reason on a processor: <see cref="EfficientNetV2S"/>, 84.2 % on ImageNet for 8.4 billion operations
    /// an image of 384 pixels and a file of 83 MB. For when a percentage point is worth hours.
    /// </summary>
    /// <remarks>
    /// The next step, EfficientNetV2-M, gains 0.9 percentage points for three times the operations. A batch takes three times the
    /// memory of one of 224 pixels; where that is too much, <see cref="ConvNextTiny"/> is right in 82.5 % for 4.5 billion operations.
    /// </remarks>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone Accurate() => EfficientNetV2S();
}
