using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Changes brightness, contrast, saturation and hue by random amounts, in random order.</summary>
/// <remarks>Ranges and order are those of torchvision's ColorJitter, the arithmetic Pillow's on 8 bits.</remarks>
public sealed class ColorJitter : ITransform
{
    /// <summary>Creates the transform.</summary>
    /// <param name="brightness">The factor is uniform over [max(0, 1 - brightness), 1 + brightness]; 0 does not change the brightness.</param>
    /// <param name="contrast">The same for contrast.</param>
    /// <param name="saturation">The same for saturation.</param>
    /// <param name="hue">The maximum hue shift in either direction, as a fraction of the color circle; 0 to 0.5.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not finite, or the hue is above 0.5.</exception>
    public ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0)
    {
        Brightness = Require.AtLeast(0, brightness);
        Contrast = Require.AtLeast(0, contrast);
        Saturation = Require.AtLeast(0, saturation);
        Hue = Require.Between(0, 0.5, hue);
    }

    private enum Property
    {
        Brightness,
        Contrast,
        Saturation,
        Hue,
    }

    /// <summary>The maximum difference of the brightness factor from 1.</summary>
    public double Brightness { get; }

    /// <summary>The maximum difference of the contrast factor from 1.</summary>
    public double Contrast { get; }

    /// <summary>The maximum difference of the saturation factor from 1.</summary>
    public double Saturation { get; }

    /// <summary>The maximum hue shift in either direction, as a fraction of the color circle.</summary>
    public double Hue { get; }

    /// <inheritdoc/>
    public bool IsRandom => Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint =>
        FormattableString.Invariant($"ColorJitter brightness {Brightness:R}, contrast {Contrast:R}, saturation {Saturation:R}, hue {Hue:R}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if (!IsRandom)
            return image;

        var result = PixelBuffer.Rent(image.Width, image.Height);
        image.Pixels.CopyTo(result.Pixels);
        Span<Property> order = [Property.Brightness, Property.Contrast, Property.Saturation, Property.Hue];
        random.Shuffle(order);
        foreach (Property property in order)
            Change(property, result.Pixels, random);
        return result;
    }

    private void Change(Property property, Span<byte> pixels, RandomStream random)
    {
        switch (property)
        {
            case Property.Brightness when Brightness > 0:
                ColorAdjustment.Brightness(pixels, Factor(Brightness, random));
                break;
            case Property.Contrast when Contrast > 0:
                ColorAdjustment.Contrast(pixels, Factor(Contrast, random));
                break;
            case Property.Saturation when Saturation > 0:
                ColorAdjustment.Saturation(pixels, Factor(Saturation, random));
                break;
            case Property.Hue when Hue > 0:
                HueAdjustment.Turn(pixels, random.Uniform(-Hue, Hue));
                break;
        }
    }

    private static float Factor(double amount, RandomStream random) => (float)random.Uniform(Math.Max(0, 1 - amount), 1 + amount);
}
