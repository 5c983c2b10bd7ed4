using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Published.Downloads;

/// <summary>What the hash of a file must be.</summary>
internal abstract record FileDigest
{
    private FileDigest()
    {
    }

    /// <summary>The kind of hash, and the hex digits that it must begin with, as messages name them.</summary>
    public abstract (string Name, string Digits) Expected { get; }

    /// <summary>Begins the hash of a file.</summary>
    public abstract IncrementalHash Start();

    /// <summary>Whether a hash is the right one.</summary>
    public bool Fits(byte[] hash) => Convert.ToHexStringLower(hash).StartsWith(Expected.Digits, StringComparison.Ordinal);

    /// <summary>Whether a file's hash is the right one.</summary>
    public bool Fits(string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        using IncrementalHash hash = Start();
        Append(file, hash, cancellationToken);
        return Fits(hash.GetHashAndReset());
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

    private static string Digits(string text, int most, string what) =>
        text.Length is > 0 && text.Length <= most && text.All(char.IsAsciiHexDigit)
            ? text.ToLowerInvariant()
            : throw new ArgumentException($"'{text}' is no beginning of a {what}, which has 1 to {most} hex digits.", nameof(text));

    /// <summary>A SHA-256, or its beginning.</summary>
    /// <param name="Prefix">1 to 64 hex digits; anything else is an <see cref="ArgumentException"/>.</param>
    public sealed record Sha256(string Prefix) : FileDigest
    {
        /// <inheritdoc/>
        public override (string Name, string Digits) Expected { get; } = ("SHA-256", Digits(Prefix, 2 * SHA256.HashSizeInBytes, "SHA-256"));

        /// <inheritdoc/>
        public override IncrementalHash Start() => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>What git names a file's content by: the SHA-1 of its length and its bytes.</summary>
    /// <param name="Id">40 hex digits.</param>
    /// <param name="Length">The file's length in bytes.</param>
    public sealed record GitBlob(string Id, long Length) : FileDigest
    {
        /// <inheritdoc/>
        public override (string Name, string Digits) Expected { get; } = ("git's SHA-1", Digits(Id, 2 * SHA1.HashSizeInBytes, "SHA-1"));

        /// <inheritdoc/>
        public override IncrementalHash Start()
        {
#pragma warning disable CA5350 // What git names content by; it tells damage, and is no defence against a forger.
            var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Length}\0")));
            return hash;
        }
    }
}
