using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>Walks over the markers of a JPEG that have a segment, and its end marker; compressed data and fill bytes are passed over.</summary>
/// <remarks>Source: ITU-T T.81, B.1: FF and a code is a marker; most are followed by a length, compressed data hold FF as FF 00.</remarks>
internal ref struct JpegSegments(ReadOnlySpan<byte> encoded)
{
    public const byte Start = 0xD8, End = 0xD9, Scan = 0xDA, Baseline = 0xC0, Extended = 0xC1, Application1 = 0xE1;
    private const byte Prefix = 0xFF, Stuffing = 0x00, Temporary = 0x01, FirstRestart = 0xD0;

    private readonly ReadOnlySpan<byte> _encoded = encoded;
    private int _next;

    public byte Marker { get; private set; }

    /// <summary>Where the marker is.</summary>
    public int Position { get; private set; }

    /// <summary>What follows the length; empty at the end marker.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The position of the end marker; -1 if it is missing.</summary>
    public static int FindEnd(ReadOnlySpan<byte> encoded)
    {
        var segments = new JpegSegments(encoded);
        while (segments.MoveNext())
        {
            if (segments.Marker == End)
                return segments.Position;
        }
        return -1;
    }

    /// <returns>
    /// Whether each pixel depends on nothing but its own block and what upsampling sees around it: the data are one
    /// sequential scan of all components. A progressive image whose scans are incomplete is smoothed across blocks.
    /// </returns>
    public static bool AreOneSequentialScan(ReadOnlySpan<byte> encoded)
    {
        const int frameComponents = 5;
        int? components = null;
        var segments = new JpegSegments(encoded);
        while (segments.MoveNext() && segments.Marker != Scan)
        {
            if (segments.Marker is Baseline or Extended && segments.Content.Length > frameComponents)
                components = segments.Content[frameComponents];
        }
        return segments.Marker == Scan && segments.Content is [var scanned, ..] && scanned == components;
    }

    /// <returns>False where the file ends, also within a segment.</returns>
    public bool MoveNext()
    {
        while (_encoded[_next..].IndexOf(Prefix) is >= 0 and int distance && _next + distance + 1 < _encoded.Length)
        {
            Position = _next + distance;
            Marker = _encoded[Position + 1];
            _next = Marker == Prefix ? Position + 1 : Position + 2;
            if (Marker is Prefix or Stuffing or Temporary or (>= FirstRestart and <= Start))
                continue;
            if (Marker == End)
            {
                Content = [];
                return true;
            }
            if (!BinaryPrimitives.TryReadUInt16BigEndian(_encoded[_next..], out ushort length) || length < 2 || length > _encoded.Length - _next)
                break;
            Content = _encoded[(_next + 2)..(_next + length)];
            _next += length;
            return true;
        }
        Marker = 0;
        return false;
    }
}
