using System.Text;
using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>The SHA-256 of a file, kept beside it as "sha256sum NAME > NAME.sha256" writes it, so that either can check the other's.</summary>
internal static class HashRecord
{
    public static string PathOf(string file) => file + ".sha256";

    /// <summary>The 64 digits; null where there is no record.</summary>
    /// <exception cref="InvalidDataException">The record holds something else.</exception>
    public static string? Read(string file)
    {
        string record = PathOf(file);
        if (!File.Exists(record))
            return null;

        string digits = SmallText.Read(record).Split(' ', '\t', '\r', '\n')[0];
        return FileDigest.IsSha256(digits)
            ? digits.ToLowerInvariant()
            : throw new InvalidDataException($"'{record}' does not begin with a SHA-256 of 64 hexadecimal digits; correct or delete it");
    }

    public static void Write(string file, string sha256) =>
        AtomicFile.Write(PathOf(file), record => record.Write(Encoding.UTF8.GetBytes($"{sha256}  {Path.GetFileName(file)}\n")));
}
