using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>Finds whether a file reaches its format's own end, where the decoder is content once it has the last row.</summary>
internal static class FileEnd
{
    /// <param name="encoded">The whole file.</param>
    /// <param name="format">As in <see cref="ImageHeader.Format"/>.</param>
    /// <returns>Whether the end is there; null for formats whose decoder looks for it itself.</returns>
    public static bool? IsReached(ReadOnlySpan<byte> encoded, string format) => format switch
    {
        "jpeg" => JpegSegments.FindEnd(encoded) >= 0,
        "png" => PngChunks.TryFind(encoded, "IEND"u8, out _),
        "webp" => ReachesRiffEnd(encoded),
        "gif" => ReachesGifTrailer(encoded),
        _ => null,
    };

    /// <summary>Source: RFC 9649, 2.4: the four bytes after "RIFF" count everything that follows them.</summary>
    // Every chunk must end within the file as well: a decoder may allocate what a chunk says.
    private static bool ReachesRiffEnd(ReadOnlySpan<byte> encoded)
    {
        const int fileHeader = 12, chunkHeader = 8;
        if (encoded.Length < fileHeader)
            return false;

        long end = chunkHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]);
        long position = fileHeader;
        while (end <= encoded.Length && position + chunkHeader <= end)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(encoded[((int)position + 4)..]);
            end = Math.Max(end, position + chunkHeader + length);
            position += chunkHeader + length + (length & 1);
        }
        return end <= encoded.Length;
    }

    /// <summary>Source: GIF89a, sections 15 to 27: after the screen and its color table, blocks up to a trailer.</summary>
    private static bool ReachesGifTrailer(ReadOnlySpan<byte> encoded)
    {
        const byte extension = 0x21, image = 0x2C, trailer = 0x3B;
        const int screenFlags = 10, screenLength = 13, imageFlags = 9, imageLength = 10;
        if (encoded.Length <= screenLength)
            return false;

        int position = screenLength + ColorTableLength(encoded[screenFlags]);
        while (position + imageLength < encoded.Length)
        {
            switch (encoded[position])
            {
                case extension:
                    position += 2;
                    break;
                case image:
                    position += imageLength + ColorTableLength(encoded[position + imageFlags]) + 1;
                    break;
                default:
                    return encoded[position] == trailer;
            }
            position = SkipSubBlocks(encoded, position);
        }
        return position < encoded.Length && encoded[position] == trailer;
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipSubBlocks(ReadOnlySpan<byte> encoded, int position)
    {
        while (position < encoded.Length && encoded[position] != 0)
            position += encoded[position] + 1;
        return position + 1;
    }
}
