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
            "png" when PngChunks.TryFind(encoded, "eXIf"u8, out ReadOnlySpan<byte> chunk) => chunk,
            "webp" => InWebp(encoded),
            _ => [],
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

    /// <summary>Source: EXIF 2.3, 4.5.4: an APP1 segment before the first scan.</summary>
    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> encoded)
    {
        var segments = new JpegSegments(encoded);
        while (segments.MoveNext() && segments.Marker != JpegSegments.Scan)
        {
            if (segments.Marker == JpegSegments.Application1 && segments.Content.StartsWith("Exif\0\0"u8))
                return segments.Content;
        }
        return [];
    }

    /// <summary>Source: RFC 9649, 2.3: a chunk is a name, a length and data padded to an even length.</summary>
    private static ReadOnlySpan<byte> InWebp(ReadOnlySpan<byte> encoded)
    {
        for (long position = 12; position + 8 <= encoded.Length;)
        {
            ReadOnlySpan<byte> chunk = encoded[(int)position..];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("EXIF"u8))
                return length <= chunk.Length - 8 ? chunk.Slice(8, (int)length) : [];
            position += 8L + length + (length & 1);
        }
        return [];
    }
}
