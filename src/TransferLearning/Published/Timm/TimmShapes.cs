namespace TransferLearning.Published.Timm;

/// <summary>
/// From timm's shapes of tensors to torchvision's, by torchvision's names, where they differ in sides of length 1. What is otherwise comes
/// back unchanged, so that loading can name it.
/// </summary>
internal static class TimmShapes
{
    /// <summary>The layer before the head: a convolution of one pixel there, a linear layer here.</summary>
    public static long[] OfMobileNetV3(string key, long[] shape) => key == "classifier.0.weight" ? WithoutPixel(shape) : shape;

    /// <summary>The scale of each channel of a block: one side there, three here.</summary>
    public static long[] OfConvNeXt(string key, long[] shape) =>
        key.EndsWith(".layer_scale", StringComparison.Ordinal) && shape is [var channels] ? [channels, 1, 1] : shape;

    private static long[] WithoutPixel(long[] shape) => shape is [var outputs, var inputs, 1, 1] ? [outputs, inputs] : shape;
}
