using System.Collections.Concurrent;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Support;

/// <summary>Decodes as the library does, and remembers what it was asked for: a part, or null for the whole.</summary>
internal sealed class WatchedDecoder(int orientation = 1, bool tooSmall = false) : IImageDecoder
{
    private readonly SkiaImageDecoder _inner = new();

    public ConcurrentQueue<PixelRectangle?> Asked { get; } = [];

    public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        bool known = _inner.TryReadHeader(encoded, out header);
        header = header with { ExifOrientation = orientation };
        return known;
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, out PixelBuffer? image)
    {
        Asked.Enqueue(null);
        DecodeStatus status = _inner.Decode(encoded, out image);
        if (tooSmall)
            image = new PixelBuffer(1, 1);
        return status;
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle part, out PixelBuffer? image)
    {
        Asked.Enqueue(part);
        return _inner.Decode(encoded, part, out image);
    }
}
