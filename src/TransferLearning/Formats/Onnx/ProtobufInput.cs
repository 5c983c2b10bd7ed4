namespace TransferLearning.Formats.Onnx;

/// <summary>How a field's value is written.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Reads the wire format of Protocol Buffers from a seekable stream, a value at a time; nothing is kept and nothing is trusted.</summary>
/// <remarks>Source: "Encoding" in https://protobuf.dev.</remarks>
/// <param name="stream">Read from its present position; borrowed.</param>
internal sealed class ProtobufInput(Stream stream)
{
    private const int MostVarintBytes = 10;

    public long Position { get; private set; } = stream.Position;

    /// <summary>The number of the next field, and how its value is written.</summary>
    /// <exception cref="InvalidDataException">There is no such field, or it begins or ends a group.</exception>
    public (int Number, WireType Type) ReadTag(long end)
    {
        long start = Position;
        ulong tag = ReadVarint(end);
        var type = (WireType)(tag & 7);
        if (tag >> 3 is 0 or > 0x1fff_ffff)
            throw new InvalidDataException($"at byte {start} a field has the number {tag >> 3}, which no field has");
        return Enum.IsDefined(type)
            ? ((int)(tag >> 3), type)
            : throw new InvalidDataException($"at byte {start} a field has the wire type {(int)type}; 0, 1, 2 and 5 are possible, and groups are not read");
    }

    /// <summary>An integer of one to ten bytes.</summary>
    /// <exception cref="InvalidDataException">It goes on after the end, or does not fit 64 bits.</exception>
    public ulong ReadVarint(long end)
    {
        long start = Position;
        ulong value = 0;
        for (int index = 0; index < MostVarintBytes; index++)
        {
            Require(1, start, end);
            int next = stream.ReadByte();
            if (next < 0)
                throw new EndOfStreamException();
            Position++;
            if (index == MostVarintBytes - 1 && next > 1)
                break;
            value |= (ulong)(next & 0x7f) << (7 * index);
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException($"at byte {start} an integer does not fit 64 bits");
    }

    /// <summary>The length of what follows, which ends within what holds it.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public long ReadLength(long end)
    {
        long start = Position;
        ulong length = ReadVarint(end);
        return length <= (ulong)(end - Position)
            ? (long)length
            : throw new InvalidDataException(
                $"at byte {start} a length of {length} bytes is claimed where {end - Position} are left; it is cut short or damaged");
    }

    /// <summary>Bytes as they are.</summary>
    /// <exception cref="InvalidDataException">They go on after the end.</exception>
    public void ReadExactly(Span<byte> target, long end)
    {
        Require(target.Length, Position, end);
        stream.ReadExactly(target);
        Position += target.Length;
    }

    /// <summary>Passes over bytes that are known to be there.</summary>
    public void Skip(long count)
    {
        Position += count;
        stream.Position = Position;
    }

    /// <summary>Passes over a value.</summary>
    /// <exception cref="InvalidDataException">It goes on after the end.</exception>
    public void Skip(WireType type, long end)
    {
        if (type == WireType.Varint)
        {
            ReadVarint(end);
            return;
        }
        long count = type switch
        {
            WireType.Fixed32 => sizeof(uint),
            WireType.Fixed64 => sizeof(ulong),
            _ => ReadLength(end),
        };
        Require(count, Position, end);
        Skip(count);
    }

    private void Require(long count, long start, long end)
    {
        if (count > end - Position)
            throw new InvalidDataException($"at byte {start} a value goes on after byte {end}, where what holds it ends; it is cut short or damaged");
    }
}
