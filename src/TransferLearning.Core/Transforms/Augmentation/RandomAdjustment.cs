using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Applies one fixed operation with a given probability.</summary>
internal sealed class RandomAdjustment : ITransform
{
    private readonly string _description;
    private readonly double _probability;
    private readonly Func<PixelBuffer, PixelBuffer> _change;

    /// <param name="description">The operation and its parameters, for the fingerprint.</param>
    /// <param name="probability">0 to 1.</param>
    /// <param name="change">Makes a new image.</param>
    private RandomAdjustment(string description, double probability, Func<PixelBuffer, PixelBuffer> change)
    {
        _description = description;
        _probability = Require.Between(0, 1, probability);
        _change = change;
    }

    public bool IsRandom => _probability is > 0 and < 1;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant($"RandomAdjustment {_description}, probability {_probability:R}");

    public static RandomAdjustment VerticalFlip(double probability) =>
        new("vertical flip", probability, image => ExifOrientation.Apply(image, ExifOrientation.UpsideDown));

    public static RandomAdjustment Grayscale(double probability) => new("grayscale", probability, image => Changed(image, PointOperations.Grayscale));

    public static RandomAdjustment Invert(double probability) => new("invert", probability, image => Changed(image, PointOperations.Invert));

    public static RandomAdjustment AutoContrast(double probability) =>
        new("autocontrast", probability, image => Changed(image, PointOperations.AutoContrast));

    public static RandomAdjustment Equalize(double probability) => new("equalize", probability, image => Changed(image, PointOperations.Equalize));

    public static RandomAdjustment Posterize(int bits, double probability)
    {
        Require.Between(0, 8, bits);
        return new(FormattableString.Invariant($"posterize {bits}"), probability, image => Changed(image, pixels => PointOperations.Posterize(pixels, bits)));
    }

    public static RandomAdjustment Solarize(double threshold, double probability)
    {
        Require.Between(0, 256, threshold);
        return new(
            FormattableString.Invariant($"solarize {threshold:R}"), probability,
            image => Changed(image, pixels => PointOperations.Solarize(pixels, threshold)));
    }

    public static RandomAdjustment AdjustSharpness(double factor, double probability)
    {
        Require.AtLeast(0, factor);
        return new(FormattableString.Invariant($"sharpness {factor:R}"), probability, image => Sharpness.Adjust(image, (float)factor));
    }

    public PixelBuffer Apply(PixelBuffer image, RandomStream random) => random.NextDouble() < _probability ? _change(image) : image;

    /// <summary>Changes a copy in place.</summary>
    internal static PixelBuffer Changed(PixelBuffer image, PixelChange change)
    {
        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);
        image.Pixels.CopyTo(result.Pixels);
        change(result.Pixels);
        return result;
    }
}

/// <summary>Changes pixels in place.</summary>
internal delegate void PixelChange(Span<byte> pixels);
