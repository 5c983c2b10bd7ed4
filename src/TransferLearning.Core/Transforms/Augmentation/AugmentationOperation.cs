using TransferLearning.Imaging;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>The operations that automatic augmentation chooses from.</summary>
internal enum AugmentationOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
    Invert,
}

/// <summary>Applies operations with a magnitude, which means what it means in torchvision's automatic augmentations.</summary>
/// <param name="Filter">The interpolation.</param>
/// <param name="Fill">The color of empty areas.</param>
internal readonly record struct AugmentationStyle(SamplingFilter Filter, PixelColor Fill)
{
    /// <summary>Applies one operation to an image, which is released unless it is the original or the result.</summary>
    public PixelBuffer Advance(PixelBuffer image, PixelBuffer original, AugmentationOperation operation, double magnitude)
    {
        PixelBuffer result = Apply(image, operation, magnitude);
        if (result != image && image != original)
            image.Release();
        return result;
    }

    /// <returns>A new image; the input where nothing changes.</returns>
    public PixelBuffer Apply(PixelBuffer image, AugmentationOperation operation, double magnitude)
    {
        float factor = (float)(1 + magnitude);
        return operation switch
        {
            AugmentationOperation.ShearX => Moved(image, shear: (Angle(magnitude), 0)),
            AugmentationOperation.ShearY => Moved(image, shear: (0, Angle(magnitude))),
            AugmentationOperation.TranslateX => Moved(image, translation: ((int)magnitude, 0)),
            AugmentationOperation.TranslateY => Moved(image, translation: (0, (int)magnitude)),
            AugmentationOperation.Rotate => Warp.Apply(image, PixelMap.Rotation(magnitude, image.Width, image.Height), Filter, Fill),
            AugmentationOperation.Brightness => RandomAdjustment.Changed(image, pixels => ColorAdjustment.Brightness(pixels, factor)),
            AugmentationOperation.Color => RandomAdjustment.Changed(image, pixels => ColorAdjustment.Saturation(pixels, factor)),
            AugmentationOperation.Contrast => RandomAdjustment.Changed(image, pixels => ColorAdjustment.Contrast(pixels, factor)),
            AugmentationOperation.Sharpness => Sharpness.Adjust(image, factor),
            AugmentationOperation.Posterize => RandomAdjustment.Changed(image, pixels => PointOperations.Posterize(pixels, (int)magnitude)),
            AugmentationOperation.Solarize => RandomAdjustment.Changed(image, pixels => PointOperations.Solarize(pixels, magnitude)),
            AugmentationOperation.AutoContrast => RandomAdjustment.Changed(image, PointOperations.AutoContrast),
            AugmentationOperation.Equalize => RandomAdjustment.Changed(image, PointOperations.Equalize),
            AugmentationOperation.Invert => RandomAdjustment.Changed(image, PointOperations.Invert),
            _ => image,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Filter}, fill {Fill}";

    private static double Angle(double magnitude) => Math.Atan(magnitude) * (180 / Math.PI);

    // Shears hold the top left corner; a translation has no center.
    private PixelBuffer Moved(PixelBuffer image, (double, double) translation = default, (double, double) shear = default)
    {
        var map = PixelMap.Affine(center: (0, 0), degrees: 0, translation, scale: 1, shear);
        return Warp.Apply(image, map, Filter, Fill);
    }
}
