using System.Security.Cryptography;

namespace TransferLearning.Weights.Downloads;

/// <summary>Holds files against the leading hex digits of a SHA-256.</summary>
internal static class Sha256Check
{
    /// <summary>A prefix in lower case.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or not of hex digits.</exception>
    public static string Normalize(string prefix) =>
        prefix.Length is > 0 and <= 2 * SHA256.HashSizeInBytes && prefix.All(char.IsAsciiHexDigit)
            ? prefix.ToLowerInvariant()
            : throw new ArgumentException($"'{prefix}' is no beginning of a SHA-256, which has 1 to 64 hex digits.", nameof(prefix));

    /// <summary>Whether a hash begins with a prefix.</summary>
    public static bool Fits(byte[] hash, string prefix) => Convert.ToHexStringLower(hash).StartsWith(Normalize(prefix), StringComparison.Ordinal);

    /// <summary>Whether a file's hash begins with a prefix.</summary>
    public static bool Fits(string path, string prefix, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(file, hash, cancellationToken);
        return Fits(hash.GetHashAndReset(), prefix);
    }

    /// <summary>Hashes a stream from where it stands to its end.</summary>
    public static void Append(Stream stream, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        for (int count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, count);
        }
    }
}
