using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Crops the center; a smaller image is padded with black first.</summary>
/// <remarks>As in torchvision, offsets are half of the difference in size, rounded half to even; padding adds an odd pixel right and below.</remarks>
public sealed class CenterCrop : IPartialTransform
{
    /// <summary>Crops a square.</summary>
    /// <param name="size">Its side in pixels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public CenterCrop(int size) => (Width, Height) = (Require.AtLeast(1, size), size);

    /// <summary>Crops a rectangle.</summary>
    /// <param name="width">Its width in pixels; at least 1.</param>
    /// <param name="height">Its height in pixels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public CenterCrop(int width, int height) => (Width, Height) = (Require.AtLeast(1, width), Require.AtLeast(1, height));

    /// <summary>The result's width in pixels.</summary>
    public int Width { get; }

    /// <summary>The result's height in pixels.</summary>
    public int Height { get; }

    /// <inheritdoc/>
    public bool IsRandom => false;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => FormattableString.Invariant($"CenterCrop {Width}x{Height}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random) => ApplyToPart(image, ChoosePart(image.Width, image.Height, random));

    /// <inheritdoc/>
    public PixelRectangle ChoosePart(int width, int height, RandomStream random)
    {
        (int left, int partWidth) = Middle(width, Width);
        (int top, int partHeight) = Middle(height, Height);
        return new PixelRectangle(left, top, partWidth, partHeight);
    }

    /// <inheritdoc/>
    public PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part)
    {
        if ((image.Width, image.Height) == (Width, Height))
            return image;

        PixelBuffer result = PixelBuffer.Rent(Width, Height);
        if ((part.Width, part.Height) != (Width, Height))
            result.Pixels.Clear();
        image.CopyTo(result, part, left: (Width - part.Width) / 2, top: (Height - part.Height) / 2);
        return result;
    }

    private static (int Start, int Length) Middle(int available, int wanted) =>
        available < wanted ? (0, available) : ((int)Math.Round((available - wanted) / 2.0, MidpointRounding.ToEven), wanted);
}
