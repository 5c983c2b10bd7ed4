using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Resizes the image: its shorter side to a length, or both sides to exact ones.</summary>
/// <remarks>The longer side follows torchvision's rule, size * longer / shorter rounded down; pixels equal Pillow's.</remarks>
public sealed class Resize : IPartialResultTransform
{
    private readonly int? _shorterSide;
    private readonly int _width;
    private readonly int _height;

    /// <summary>Resizes the shorter side and keeps the aspect ratio.</summary>
    /// <param name="shorterSide">Its new length in pixels; at least 1.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1, or the interpolation is unknown.</exception>
    public Resize(int shorterSide, Interpolation interpolation = Interpolation.Bilinear)
    {
        _shorterSide = Require.AtLeast(1, shorterSide);
        Interpolation = Require.Defined(interpolation);
    }

    /// <summary>Resizes to an exact size, whatever the aspect ratio.</summary>
    /// <param name="width">The new width in pixels; at least 1.</param>
    /// <param name="height">The new height in pixels; at least 1.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the interpolation is unknown.</exception>
    public Resize(int width, int height, Interpolation interpolation = Interpolation.Bilinear)
    {
        _width = Require.AtLeast(1, width);
        _height = Require.AtLeast(1, height);
        Interpolation = Require.Defined(interpolation);
    }

    /// <summary>The interpolation.</summary>
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
        (int width, int height) = GetResultSize(image.Width, image.Height);
        return ApplyForPart(image, new PixelRectangle(0, 0, width, height));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The longer side would have over 2,147,483,647 pixels.</exception>
    public (int Width, int Height) GetResultSize(int width, int height)
    {
        if (_shorterSide is not { } shorterSide)
            return (_width, _height);
        long longer = (long)shorterSide * Math.Max(width, height) / Math.Min(width, height);
        if (longer > int.MaxValue)
            throw new InvalidOperationException($"The longer side of {width}x{height} pixels would have {longer} pixels; the limit is {int.MaxValue}.");
        return width <= height ? (shorterSide, (int)longer) : ((int)longer, shorterSide);
    }

    /// <inheritdoc/>
    public PixelBuffer ApplyForPart(PixelBuffer image, PixelRectangle part)
    {
        PixelRectangle whole = PixelRectangle.Whole(image);
        (int width, int height) = GetResultSize(image.Width, image.Height);
        if ((width, height) != (image.Width, image.Height))
            return Resampler.Resize(image, whole, width, height, Interpolation, part);
        return part == whole ? image : image.Cut(part);
    }
}
