using System.Collections.Concurrent;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Support;

/// <summary>Decodes as the library does, and remembers what it was asked for: a part, or null for the whole.</summary>
internal sealed class WatchedDecoder(int orientation = 1, string? fingerprint = null) : IImageDecoder
{
    private readonly SkiaImageDecoder _inner = new();

    public ConcurrentQueue<PixelRectangle?> Asked { get; } = [];

    public PixelBuffer? Last { get; private set; }

    public string Identifier => "watched";

    public string? Fingerprint => fingerprint;

    public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header)
    {
        bool known = _inner.TryReadHeader(encoded, out header);
        header = header with { ExifOrientation = orientation };
        return known;
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination)
    {
        Asked.Enqueue(null);
        Last = destination;
        return _inner.Decode(encoded, destination);
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelRectangle part, PixelBuffer destination)
    {
        Asked.Enqueue(part);
        Last = destination;
        return _inner.Decode(encoded, part, destination);
    }
}
