using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace TransferLearning.Formats.Pickle;

/// <summary>The bytes of a pickle: every length is checked against what is left before memory is taken for it.</summary>
/// <param name="stream">Seekable; read from its current position.</param>
internal sealed class PickleInput(Stream stream)
{
    // A pickle spends about a hundred bytes a tensor, so this is hundreds of thousands of them; an opcode of one byte can cost an object of a hundred.
    public const long MostBytes = 64 << 20;

    // The longest name that a file of weights may use has 43 characters; a name without end is a byte that became an opcode.
    private const int LongestLine = 1000;

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly bool _isLimited = stream.Length - stream.Position > MostBytes;
    private readonly long _start = stream.Position;
    private long _left = Math.Min(stream.Length - stream.Position, MostBytes);

    /// <summary>Where the next byte lies in the stream.</summary>
    public long Position => stream.Position;

    /// <summary>The number of bytes read.</summary>
    public long Count => stream.Position - _start;

    public byte Byte()
    {
        CheckLeft(1);
        int value = stream.ReadByte();
        if (value < 0)
            throw Ended(1);
        _left--;
        return (byte)value;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Read(stackalloc byte[2]));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Read(stackalloc byte[4]));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(stackalloc byte[4]));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Read(stackalloc byte[8]));

    /// <summary>A real number; pickles write it with its highest byte first, unlike everything else.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Read(stackalloc byte[8]));

    public byte[] Bytes(ulong count)
    {
        CheckLeft(count);
        var bytes = new byte[count];
        Read(bytes);
        return bytes;
    }

    /// <summary>A whole number in two's complement, lowest byte first: a <see cref="long"/> where it fits.</summary>
    public object Integer(ulong count)
    {
        var value = new BigInteger(Bytes(count));
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    public string Text(ulong count)
    {
        long position = Position;
        try
        {
            return _strictUtf8.GetString(Bytes(count));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"the text at byte {position} is not UTF-8", exception);
        }
    }

    /// <summary>Text up to the end of the line, as module and class names are written.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (byte letter = Byte(); letter != '\n'; letter = Byte())
        {
            if (line.Length == LongestLine)
                throw new InvalidDataException($"its pickle has a Python name of more than {LongestLine} letters at byte {Position}; the file is damaged");
            line.Append((char)letter);
        }
        return line.ToString();
    }

    /// <summary>Refuses a length beyond what is left.</summary>
    public void CheckLeft(ulong count)
    {
        if (count > (ulong)_left)
            throw Ended(count);
    }

    private Span<byte> Read(Span<byte> target)
    {
        CheckLeft((ulong)target.Length);
        stream.ReadExactly(target);
        _left -= target.Length;
        return target;
    }

    private InvalidDataException Ended(ulong count) => _isLimited
        ? new InvalidDataException($"its pickle takes more than {MostBytes} bytes; a file of weights has a short one")
        : new InvalidDataException($"its pickle wants {count} more bytes at byte {Position}, and {_left} are left; the file is cut short or damaged");
}
