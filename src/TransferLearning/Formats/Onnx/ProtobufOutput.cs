namespace TransferLearning.Formats.Onnx;

/// <summary>Writes the wire format of Protocol Buffers to memory.</summary>
/// <remarks>Source: "Encoding" in https://protobuf.dev.</remarks>
internal sealed class ProtobufOutput
{
    private const int MostVarintBytes = 10;
    private const int LengthBytes = 5;

    private readonly MemoryStream _bytes = new();

    public long Length => _bytes.Length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);

    public void WriteTag(int number, WireType type) => WriteVarint((ulong)number << 3 | (ulong)type);

    public void WriteVarint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[MostVarintBytes];
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        Write(bytes[..count]);
    }

    public void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>Leaves room for the length of a message.</summary>
    /// <returns>Where the message begins.</returns>
    public int BeginMessage()
    {
        _bytes.Write(stackalloc byte[LengthBytes]);
        return (int)_bytes.Length;
    }

    /// <summary>Writes the length of a message that ends here; it takes five bytes, whatever its value.</summary>
    public void EndMessage(int start)
    {
        int length = (int)_bytes.Length - start;
        Span<byte> place = _bytes.GetBuffer().AsSpan(start - LengthBytes, LengthBytes);
        for (int index = 0; index < LengthBytes; index++)
            place[index] = (byte)(((length >> (7 * index)) & 0x7f) | (index < LengthBytes - 1 ? 0x80 : 0));
    }
}
