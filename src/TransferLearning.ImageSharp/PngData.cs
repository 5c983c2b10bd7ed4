using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning.Imaging;

/// <summary>
/// Finds whether a PNG's compressed data hold every row and have the right checksum, which ImageSharp 2.1 does not ask:
/// missing rows stay black. Reads the size without the walk over all chunks, compressed text among them, that it makes.
/// </summary>
internal static class PngData
{
    /// <returns>Whether the file begins as a PNG does.</returns>
    public static bool TryReadSize(ReadOnlySpan<byte> encoded, out int width, out int height)
    {
        const int headerEnd = 33;
        (width, height) = (0, 0);
        if (encoded.Length < headerEnd || !encoded.StartsWith(PngChunks.Signature) || !encoded[12..].StartsWith("IHDR"u8))
            return false;
        (width, height) = (BinaryPrimitives.ReadInt32BigEndian(encoded[16..]), BinaryPrimitives.ReadInt32BigEndian(encoded[20..]));
        return width > 0 && height > 0;
    }

    /// <param name="encoded">A PNG file whose header was read.</param>
    /// <returns>Whether all rows are there. Takes the time of inflating them and no memory of an image's size.</returns>
    public static bool IsWhole(ReadOnlySpan<byte> encoded)
    {
        using var compressed = new MemoryStream();
        var chunks = new PngChunks(encoded);
        while (chunks.MoveNext())
        {
            if (chunks.Type.SequenceEqual("IDAT"u8))
                compressed.Write(chunks.Content);
        }
        compressed.Position = 0;

        try
        {
            using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
            Span<byte> buffer = stackalloc byte[4096];
            long missing = RowBytes(encoded);
            while (missing > 0)
            {
                int read = rows.Read(buffer[..(int)Math.Min(buffer.Length, missing)]);
                if (read == 0)
                    return false;
                missing -= read;
            }
            return rows.Read(buffer[..1]) >= 0; // the end of the data, where the checksum is compared
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException)     // the second where a dictionary is asked for
        {
            return false;
        }
    }

    /// <summary>Source: PNG, 7.2, 7.3 and 8.1: a filter byte before each row of packed samples; interlaced, seven smaller images.</summary>
    private static long RowBytes(ReadOnlySpan<byte> encoded)
    {
        _ = TryReadSize(encoded, out int width, out int height);
        int channels = encoded[25] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int bits = encoded[24] * channels;
        if (encoded[28] == 0)
            return Image(width, height);

        return Pass(0, 0, 8, 8) + Pass(4, 0, 8, 8) + Pass(0, 4, 4, 8) + Pass(2, 0, 4, 4) + Pass(0, 2, 2, 4) + Pass(1, 0, 2, 2) + Pass(0, 1, 1, 2);

        long Pass(int left, int top, int right, int down) => Image((width - left + right - 1) / right, (height - top + down - 1) / down);
        long Image(long columns, long rows) => columns == 0 ? 0 : rows * (1 + (columns * bits + 7) / 8);
    }
}
