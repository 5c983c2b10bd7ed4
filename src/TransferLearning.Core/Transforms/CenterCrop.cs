using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Cuts out the middle; an image smaller than that is set on black first.</summary>
/// <remarks>Offsets are torchvision's: half of what is left over, rounded half to even; padding puts the odd pixel right and below.</remarks>
public sealed class CenterCrop : ITransform, IKeepsNoImage
{
    /// <summary>Cuts out a square.</summary>
    /// <param name="size">Its side in pixels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public CenterCrop(int size) => (Width, Height) = (Require.AtLeast(1, size), size);

    /// <summary>Cuts out a rectangle.</summary>
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
    public string? Fingerprint => FormattableString.Invariant($"CenterCrop {Width}x{Height}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if ((image.Width, image.Height) == (Width, Height))
            return image;

        (int left, int targetLeft, int width) = Overlap(image.Width, Width);
        (int top, int targetTop, int height) = Overlap(image.Height, Height);
        PixelBuffer result = PixelBuffer.Rent(Width, Height);
        if ((width, height) != (Width, Height))
            result.Pixels.Clear();
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = image.Row(top + y).Slice(left * PixelBuffer.Channels, width * PixelBuffer.Channels);
            from.CopyTo(result.Row(targetTop + y)[(targetLeft * PixelBuffer.Channels)..]);
        }
        return result;
    }

    private static (int Source, int Target, int Length) Overlap(int available, int wanted) =>
        available < wanted
            ? (0, (wanted - available) / 2, available)
            : ((int)Math.Round((available - wanted) / 2.0, MidpointRounding.ToEven), 0, wanted);
}
