using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning.Tests.Imaging;

/// <summary>Writes PNG files of any kind, sound or broken on purpose.</summary>
internal sealed class PngFile
{
    private static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private readonly MemoryStream _bytes = new();

    public PngFile(int width, int height, byte bitDepth, PngColor color, bool interlaced = false)
    {
        _bytes.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = (byte)color;
        header[12] = (byte)(interlaced ? 1 : 0);
        Chunk("IHDR", header);
    }

    public PngFile Chunk(string type, byte[] data, bool wrongChecksum = false)
    {
        byte[] typed = [.. type.Select(letter => (byte)letter), .. data];
        WriteBigEndian((uint)data.Length);
        _bytes.Write(typed);
        WriteBigEndian(wrongChecksum ? ~Crc32(typed) : Crc32(typed));
        return this;
    }

    /// <summary>The pixels: for each row a filter byte, 0, and its samples.</summary>
    public PngFile Rows(params byte[][] rows) => Chunk("IDAT", Compress(rows));

    public byte[] End()
    {
        Chunk("IEND", []);
        return _bytes.ToArray();
    }

    public static byte[] Compress(params byte[][] rows)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
        {
            foreach (byte[] row in rows)
                zlib.Write([0, .. row]);
        }
        return compressed.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }

    private void WriteBigEndian(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }
}
