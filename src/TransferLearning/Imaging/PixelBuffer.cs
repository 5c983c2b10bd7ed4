namespace TransferLearning.Imaging;

/// <summary>A picture in memory: 8-bit RGB, interleaved, rows from the top, no gap between rows.</summary>
public sealed class PixelBuffer
{
    /// <summary>Bytes a pixel: red, green, blue.</summary>
    public const int Channels = 3;

    // Vector loads of four bytes may start at the last pixel and read one byte past it.
    internal const int Padding = 32;

    private readonly byte[] _bytes;

    /// <summary>Makes a black picture.</summary>
    /// <param name="width">Pixels a row; at least 1.</param>
    /// <param name="height">Rows; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture takes over 2 GiB.</exception>
    public PixelBuffer(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        long length = (long)width * height * Channels;
        if (length > Array.MaxLength - Padding)
            throw new ArgumentOutOfRangeException(nameof(width), $"A picture of {width}x{height} pixels takes {length} bytes; the limit is {Array.MaxLength - Padding}.");

        Width = width;
        Height = height;
        _bytes = new byte[length + Padding];
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
}
