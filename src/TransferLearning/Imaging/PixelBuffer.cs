namespace TransferLearning.Imaging;

/// <summary>A picture in memory: 8-bit RGB, interleaved, rows from the top, no gap between rows.</summary>
public sealed class PixelBuffer
{
    /// <summary>Bytes a pixel: red, green, blue.</summary>
    public const int Channels = 3;

    // Vector loads and stores may start at the last pixel and reach this many bytes past it.
    internal const int Padding = 32;

    internal static readonly int MaximumPixels = (Array.MaxLength - Padding) / Channels;

    private readonly byte[] _bytes;

    /// <summary>Makes a black picture.</summary>
    /// <param name="width">Pixels a row; at least 1.</param>
    /// <param name="height">Rows; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture takes over 2 GiB.</exception>
    public PixelBuffer(int width, int height)
        : this(width, height, cleared: true)
    {
    }

    private PixelBuffer(int width, int height, bool cleared)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!CanHold(width, height))
            throw new ArgumentOutOfRangeException(nameof(width), $"A picture of {width}x{height} has {(long)width * height} pixels; memory holds {MaximumPixels} at most.");

        Width = width;
        Height = height;
        int length = width * height * Channels + Padding;
        _bytes = cleared ? new byte[length] : GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * Channels;

    /// <summary>All bytes, <see cref="Height"/> * <see cref="Stride"/> of them: R, G, B of the top left pixel first.</summary>
    public Span<byte> Pixels => _bytes.AsSpan(0, Height * Stride);

    /// <summary>The bytes of one row.</summary>
    /// <param name="y">0 is the top.</param>
    /// <returns><see cref="Stride"/> bytes.</returns>
    public Span<byte> Row(int y) => _bytes.AsSpan(y * Stride, Stride);

    /// <summary>All bytes and the padding behind them, for vector loads.</summary>
    internal byte[] PaddedBytes => _bytes;

    /// <summary>Copies a part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not lie within the picture.</exception>
    internal PixelBuffer Cut(PixelRectangle part)
    {
        part.RequireWithin(Width, Height, nameof(part));
        PixelBuffer result = Uninitialized(part.Width, part.Height);
        for (int y = 0; y < part.Height; y++)
            Row(part.Top + y).Slice(part.Left * Channels, result.Stride).CopyTo(result.Row(y));
        return result;
    }

    /// <summary>Makes a picture of arbitrary content, for a caller that writes every pixel.</summary>
    internal static PixelBuffer Uninitialized(int width, int height) => new(width, height, cleared: false);

    /// <summary>Whether a picture of this size can be held in memory.</summary>
    internal static bool CanHold(int width, int height) => (long)width * height <= MaximumPixels;
}
