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
        "jpeg" => ReachesJpegEnd(encoded),
        "png" => ReachesPngEnd(encoded),
        "webp" => ReachesRiffEnd(encoded),
        "gif" => ReachesGifTrailer(encoded),
        _ => null,
    };

    /// <summary>Source: ITU-T T.81, B.1: FF and a code is a marker; most are followed by a length, compressed data hold FF as FF 00.</summary>
    private static bool ReachesJpegEnd(ReadOnlySpan<byte> encoded)
    {
        const byte marker = 0xFF, stuffing = 0x00, temporary = 0x01, firstRestart = 0xD0, start = 0xD8, end = 0xD9;
        int position = 0;
        while (position < encoded.Length)
        {
            int distance = encoded[position..].IndexOf(marker);
            position += distance;
            if (distance < 0 || position + 1 >= encoded.Length)
                return false;

            switch (encoded[position + 1])
            {
                case end:
                    return true;
                case marker:
                    position++;
                    break;
                case stuffing or temporary or (>= firstRestart and <= start):
                    position += 2;
                    break;
                case var _ when position + 4 > encoded.Length:
                    return false;
                default:
                    position += 2 + BinaryPrimitives.ReadUInt16BigEndian(encoded[(position + 2)..]);
                    break;
            }
        }
        return false;
    }

    /// <summary>Source: PNG (ISO/IEC 15948), 5.3: every chunk is a length, a type, data and a checksum; IEND is the last.</summary>
    private static bool ReachesPngEnd(ReadOnlySpan<byte> encoded)
    {
        const int signature = 8, chunkOverhead = 12;
        long position = signature;
        while (position + chunkOverhead <= encoded.Length)
        {
            ReadOnlySpan<byte> chunk = encoded[(int)position..];
            position += chunkOverhead + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk.Slice(4, 4).SequenceEqual("IEND"u8))
                return position <= encoded.Length;
        }
        return false;
    }

    /// <summary>Source: RFC 9649, 2.4: the four bytes after "RIFF" count everything that follows them.</summary>
    private static bool ReachesRiffEnd(ReadOnlySpan<byte> encoded) =>
        encoded.Length >= 8 && encoded.Length - 8 >= BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]);

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
