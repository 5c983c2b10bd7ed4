using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>Walks over the whole chunks of a PNG.</summary>
/// <remarks>Source: PNG (ISO/IEC 15948), 5.3: every chunk is a length, a type, data and a checksum; IEND is the last.</remarks>
internal ref struct PngChunks(ReadOnlySpan<byte> encoded)
{
    private const int Overhead = 12;

    private ReadOnlySpan<byte> _rest = encoded[Math.Min(Signature.Length, encoded.Length)..];

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public ReadOnlySpan<byte> Type { get; private set; }

    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Finds the first chunk of a type.</summary>
    public static bool TryFind(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> content)
    {
        var chunks = new PngChunks(encoded);
        bool found = false;
        while (!found && chunks.MoveNext())
            found = chunks.Type.SequenceEqual(type);
        content = found ? chunks.Content : [];
        return found;
    }

    /// <returns>False where the file ends, also within a chunk.</returns>
    public bool MoveNext()
    {
        if (_rest.Length < Overhead || BinaryPrimitives.ReadUInt32BigEndian(_rest) is var length && length > _rest.Length - Overhead)
            return false;
        Type = _rest[4..8];
        Content = _rest.Slice(8, (int)length);
        _rest = _rest[(Overhead + (int)length)..];
        return true;
    }
}
