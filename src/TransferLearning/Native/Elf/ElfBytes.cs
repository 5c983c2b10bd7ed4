using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Native.Elf;

/// <summary>A library's bytes, little-endian; every read outside them is a format error.</summary>
internal sealed class ElfBytes(byte[] bytes)
{
    public long Length => bytes.Length;

    public byte[] ToArray() => [.. bytes];

    public byte Byte(long offset) => At(offset, sizeof(byte))[0];

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, sizeof(ushort)));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, sizeof(uint)));

    public long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(At(offset, sizeof(long)));

    public string Text(long offset)
    {
        ReadOnlySpan<byte> rest = At(offset, 0, toEnd: true);
        int end = rest.IndexOf((byte)0);
        return end >= 0
            ? Encoding.UTF8.GetString(rest[..end])
            : throw new ElfFormatException($"The text at byte {offset} has no end.");
    }

    private ReadOnlySpan<byte> At(long offset, int count, bool toEnd = false)
    {
        if (offset < 0 || offset > bytes.Length - count)
            throw new ElfFormatException($"It ends after {bytes.Length} bytes; {count} more are needed at {offset}.");
        return toEnd ? bytes.AsSpan((int)offset) : bytes.AsSpan((int)offset, count);
    }
}
