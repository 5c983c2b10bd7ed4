using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Scales the whole image: its shorter side to a length, or both sides to exact ones.</summary>
/// <remarks>The longer side follows torchvision's rule, size * longer / shorter rounded down; pixels equal Pillow's.</remarks>
public sealed class Resize : ITransform
{
    private readonly int? _shorterSide;
    private readonly int _width;
    private readonly int _height;

    /// <summary>Scales the shorter side and keeps the proportions.</summary>
    /// <param name="shorterSide">Its new length in pixels; at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1, or the filter is not one of the enumeration's.</exception>
    public Resize(int shorterSide, Interpolation interpolation = Interpolation.Bilinear)
    {
        _shorterSide = Require.AtLeast(1, shorterSide);
        Interpolation = Require.Defined(interpolation);
    }

    /// <summary>Scales to an exact size; the proportions change where they differ.</summary>
    /// <param name="width">The new width in pixels; at least 1.</param>
    /// <param name="height">The new height in pixels; at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the filter is not one of the enumeration's.</exception>
    public Resize(int width, int height, Interpolation interpolation = Interpolation.Bilinear)
    {
        _width = Require.AtLeast(1, width);
        _height = Require.AtLeast(1, height);
        Interpolation = Require.Defined(interpolation);
    }

    /// <summary>The filter.</summary>
    public Interpolation Interpolation { get; }

    /// <inheritdoc/>
    public bool IsRandom => false;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => _shorterSide is { } side
        ? FormattableString.Invariant($"Resize shorter side to {side}, {Interpolation}")
        : FormattableString.Invariant($"Resize to {_width}x{_height}, {Interpolation}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        (int width, int height) = _shorterSide is { } side ? Proportional(image, side) : (_width, _height);
        return (image.Width, image.Height) == (width, height)
            ? image
            : Resampler.Resize(image, PixelRectangle.Whole(image), width, height, Interpolation);
    }

    private static (int Width, int Height) Proportional(PixelBuffer image, int shorterSide)
    {
        int shorter = Math.Min(image.Width, image.Height);
        int longer = (int)Math.Min((long)shorterSide * Math.Max(image.Width, image.Height) / shorter, int.MaxValue);
        return image.Width <= image.Height ? (shorterSide, longer) : (longer, shorterSide);
    }
}
