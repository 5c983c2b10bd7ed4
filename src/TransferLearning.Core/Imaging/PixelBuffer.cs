using TransferLearning.Internal;

namespace TransferLearning.Imaging;

/// <summary>An image in memory: 8-bit RGB, interleaved, rows from the top, no gap between rows.</summary>
/// <remarks>
/// Loaders and the library's operations take the memory of an image from a pool, and give it back once the image is no
/// longer needed; later access throws. An image created by the constructor is never given back. Not thread-safe for writing.
/// </remarks>
public sealed class PixelBuffer
{
    /// <summary>The number of bytes per pixel: red, green, blue.</summary>
    public const int Channels = 3;

    // Vector loads and stores may start at the last pixel and reach this many bytes past it.
    internal const int Padding = 32;

    internal static readonly int MaximumPixels = (Array.MaxLength - Padding) / Channels;

    // Null once given back.
    private byte[]? _bytes;
    private bool _isRented;

    /// <summary>Creates a black image.</summary>
    /// <param name="width">The width in pixels; at least 1.</param>
    /// <param name="height">The height in pixels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the image takes over 2 GiB.</exception>
    public PixelBuffer(int width, int height)
        : this(width, height, isRented: false)
    {
    }

    private PixelBuffer(int width, int height, bool isRented)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!CanHold(width, height))
            throw new ArgumentOutOfRangeException(
                nameof(width), $"An image of {width}x{height} has {(long)width * height} pixels; memory holds {MaximumPixels} at most.");

        Width = width;
        Height = height;
        int length = (int)BytesOf(width, height);
        _bytes = isRented ? LargeArrayPool<byte>.Shared.Rent(length) : new byte[length];
        _isRented = isRented;
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * Channels;

    /// <summary>All bytes, <see cref="Height"/> * <see cref="Stride"/> of them: R, G, B of the top left pixel first.</summary>
    /// <exception cref="ObjectDisposedException">The image was borrowed, and given back since.</exception>
    public Span<byte> Pixels => PaddedBytes.AsSpan(0, Height * Stride);

    /// <summary>The bytes of one row.</summary>
    /// <param name="y">0 is the top.</param>
    /// <returns><see cref="Stride"/> bytes.</returns>
    /// <exception cref="ObjectDisposedException">The image was borrowed, and given back since.</exception>
    public Span<byte> Row(int y) => PaddedBytes.AsSpan(y * Stride, Stride);

    /// <summary>All bytes and the padding behind them, for vector loads.</summary>
    internal byte[] PaddedBytes => _bytes ?? throw GivenBack();

    /// <summary>Copies the image into memory of exactly its size, which is never given back.</summary>
    internal PixelBuffer Copy()
    {
        var copy = new PixelBuffer(Width, Height);
        Pixels.CopyTo(copy.Pixels);
        return copy;
    }

    /// <summary>Copies a part to a place in another image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the image.</exception>
    internal void CopyTo(PixelBuffer destination, PixelRectangle part, int left = 0, int top = 0)
    {
        part.RequireWithin(Width, Height, nameof(part));
        for (int y = 0; y < part.Height; y++)
            Row(part.Top + y).Slice(part.Left * Channels, part.Width * Channels).CopyTo(destination.Row(top + y)[(left * Channels)..]);
    }

    /// <summary>Copies a part into pooled memory.</summary>
    internal PixelBuffer Cut(PixelRectangle part)
    {
        PixelBuffer cut = Rent(part.Width, part.Height);
        CopyTo(cut, part);
        return cut;
    }

    /// <summary>Throws unless the image has a size.</summary>
    internal void RequireSize(int width, int height, string argument)
    {
        if ((Width, Height) != (width, height))
            throw new ArgumentException($"The image to decode into has {Width}x{Height} pixels; {width}x{height} are decoded.", argument);
    }

    /// <summary>Creates an image in pooled memory. The memory is returned to the pool if the transform that returns it has <c>ReleasesResult</c>.</summary>
    /// <param name="width">The width in pixels; at least 1.</param>
    /// <param name="height">The height in pixels; at least 1.</param>
    /// <returns>An image of arbitrary content.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the image takes over 2 GiB.</exception>
    public static PixelBuffer Rent(int width, int height) => new(width, height, isRented: true);

    /// <summary>Returns the memory to the pool if it is pooled; only the owner calls it.</summary>
    internal void Release()
    {
        if (_isRented && Interlocked.Exchange(ref _bytes, null) is { } bytes)
            LargeArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Leaves the memory to the garbage collector, because other code may keep the image.</summary>
    internal void Disown() => _isRented = false;

    /// <summary>Whether an image of this size can be held in memory.</summary>
    internal static bool CanHold(int width, int height) => (long)width * height <= MaximumPixels;

    /// <summary>The memory that an image of this size takes.</summary>
    internal static long BytesOf(int width, int height) => (long)width * height * Channels + Padding;

    private static ObjectDisposedException GivenBack() => new(
        nameof(PixelBuffer),
        "The image was given back after the operation that it was lent to. An operation must not keep its input: copy the pixels.");
}
