using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>Reads the orientation out of a file's EXIF data and nothing else: no other metadata are parsed, inflated or kept.</summary>
internal static class ExifTag
{
    private const int Upright = 1;

    /// <param name="encoded">The whole file.</param>
    /// <param name="format">As in <see cref="ImageHeader.Format"/>.</param>
    /// <returns>1 to 8; 1 where there is none.</returns>
    public static int Orientation(ReadOnlySpan<byte> encoded, string format)
    {
        ReadOnlySpan<byte> exif = format switch
        {
            "jpeg" => InJpeg(encoded),
            "png" => InChunks(encoded, start: 8, "eXIf"u8, isPng: true),
            _ => InChunks(encoded, start: 12, "EXIF"u8, isPng: false),
        };
        return OfTiff(exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif);
    }

    /// <summary>Source: TIFF 6.0, section 2: byte order, 42, the first directory's offset; entries of 12 bytes: tag, type, count, value.</summary>
    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        const int tag = 274, headerLength = 8, entryLength = 12;
        if (tiff.Length < headerLength)
            return Upright;

        bool little = tiff.StartsWith("II"u8);
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return Upright;
        ReadOnlySpan<byte> entries = tiff[((int)directory + 2)..];
        for (int entry = Short(tiff[(int)directory..], little); entry > 0 && entries.Length >= entryLength; entry--, entries = entries[entryLength..])
        {
            if (Short(entries, little) == tag)
                return Short(entries[8..], little) is >= 1 and <= 8 and int orientation ? orientation : Upright;
        }
        return Upright;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    /// <summary>Source: ITU-T T.81, B.1.1.4, and EXIF 2.3, 4.5.4: an APP1 segment before the first scan.</summary>
    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> encoded)
    {
        const byte marker = 0xFF, application1 = 0xE1, scan = 0xDA;
        for (int position = 2; position + 4 <= encoded.Length && encoded[position] == marker && encoded[position + 1] != scan;)
        {
            if (encoded[position + 1] == marker)
            {
                position++;
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(encoded[(position + 2)..]);
            if (length < 2 || length > encoded.Length - position - 2)
                break;
            ReadOnlySpan<byte> content = encoded.Slice(position + 4, length - 2);
            if (encoded[position + 1] == application1 && content.StartsWith("Exif\0\0"u8))
                return content;
            position += 2 + length;
        }
        return [];
    }

    /// <summary>Source: PNG, 5.3, and RFC 9649, 2.3: PNG has the length before the name and a checksum behind, RIFF pads to an even length.</summary>
    private static ReadOnlySpan<byte> InChunks(ReadOnlySpan<byte> encoded, int start, ReadOnlySpan<byte> wanted, bool isPng)
    {
        for (long position = start; position + 8 <= encoded.Length;)
        {
            ReadOnlySpan<byte> chunk = encoded[(int)position..];
            uint length = isPng ? BinaryPrimitives.ReadUInt32BigEndian(chunk) : BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.Slice(isPng ? 4 : 0, 4).SequenceEqual(wanted))
                return length <= chunk.Length - 8 ? chunk.Slice(8, (int)length) : [];
            position += isPng ? 12L + length : 8L + length + (length & 1);
        }
        return [];
    }
}
