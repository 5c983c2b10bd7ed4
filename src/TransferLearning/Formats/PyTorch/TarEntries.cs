using System.Globalization;
using System.Text;

namespace TransferLearning.Formats.PyTorch;

/// <summary>The files in a tar archive, by name.</summary>
/// <remarks>
/// Source: POSIX.1-1988 <c>ustar</c>: headers of 512 bytes, the name in bytes 0 to 99, the size in octal in bytes 124 to 135, the kind in
/// byte 156, "ustar" at 257.
/// </remarks>
internal static class TarEntries
{
    private const int BlockSize = 512;

    /// <summary>Whether a file's first bytes are a tar archive's.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.Length >= BlockSize && start[257..].StartsWith("ustar"u8);

    /// <summary>Where each plain file lies.</summary>
    /// <exception cref="InvalidDataException">A header is damaged, or reaches beyond the archive's end.</exception>
    public static Dictionary<string, (long Position, long Length)> Find(Stream archive)
    {
        var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        Span<byte> header = stackalloc byte[BlockSize];
        for (long position = 0; position <= archive.Length - BlockSize;)
        {
            archive.Position = position;
            archive.ReadExactly(header);
            if (!Begins(header))
                break;

            long start = position + BlockSize;
            string name = Text(header[..100]);
            long length = Octal(header[124..136]);
            if (length > archive.Length - start)
                throw new InvalidDataException($"its entry '{name}' claims {length} bytes, and {archive.Length - start} are left; the file is cut short");
            if (header[156] is 0 or (byte)'0')
                entries[name] = (start, length);
            position = start + (length + BlockSize - 1) / BlockSize * BlockSize;
        }
        return entries;
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        string digits = Text(field).Trim();
        long value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7')
                throw new InvalidDataException($"a tar entry's size is '{digits}', not an octal number; the file is damaged");
            value = value * 8 + int.Parse([digit], CultureInfo.InvariantCulture);
        }
        return value;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }
}
