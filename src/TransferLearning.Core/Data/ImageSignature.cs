namespace TransferLearning.Data;

/// <summary>Tells an image's format by the first bytes of its file, whatever its name says.</summary>
internal static class ImageSignature
{
    /// <summary>Bytes from the start of a file that are enough.</summary>
    public const int Length = 12;

    private const string Readable = "JPEG, PNG, BMP and WebP are read";

    /// <summary>Why a file that starts with these bytes is not read; null where it is.</summary>
    public static string? Objection(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "The file is empty.";
        if (IsReadable(start))
            return null;
        return KnownButUnread(start) is { } format
            ? $"The content is {format}; {Readable}."
            : $"The content is no image (it starts with the bytes {Convert.ToHexString(start[..Math.Min(4, start.Length)])}); {Readable}.";
    }

    private static bool IsReadable(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0xFF, 0xD8, 0xFF])
        || start.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])
        || start.StartsWith("BM"u8)
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8));

    private static string? KnownButUnread(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("GIF8"u8))
            return "GIF";
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
            return "TIFF";
        if (start.Length >= 8 && start[4..].StartsWith("ftyp"u8))
            return "HEIF, AVIF or a video";
        return null;
    }
}
