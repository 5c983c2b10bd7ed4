using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>What the hash of a file must be.</summary>
internal sealed record FileDigest
{
    private readonly HashAlgorithmName _algorithm;
    private readonly string _header;
    private readonly int _most;

    private FileDigest(string name, HashAlgorithmName algorithm, int most, string digits, string header = "")
    {
        Digits = digits.Length is > 0 && digits.Length <= most && digits.All(char.IsAsciiHexDigit)
            ? digits.ToLowerInvariant()
            : throw new ArgumentException($"'{digits}' is not the beginning of a {name}; it must be 1 to {most} hexadecimal digits.", nameof(digits));
        (Name, _algorithm, _header, _most) = (name, algorithm, header, most);
    }

    /// <summary>The kind of hash, as messages name it.</summary>
    public string Name { get; }

    /// <summary>The hexadecimal digits that the hash must begin with.</summary>
    public string Digits { get; }

    /// <summary>Whether that is all of the hash, which nobody can forge; a few digits can be forged in minutes.</summary>
    public bool IsWhole => Digits.Length == _most;

    /// <summary>A SHA-256, or its beginning: 1 to 64 hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">It is anything else.</exception>
    public static FileDigest Sha256(string prefix) => new("SHA-256", HashAlgorithmName.SHA256, 2 * SHA256.HashSizeInBytes, prefix);

    /// <summary>Whether a text is a whole SHA-256.</summary>
    public static bool IsSha256(string digits) => digits.Length == 2 * SHA256.HashSizeInBytes && digits.All(char.IsAsciiHexDigit);

    /// <summary>The SHA-256 of a file, in 64 digits.</summary>
    public static string Sha256Of(string path)
    {
        using FileStream file = RegularFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>What git names a file's content by: the SHA-1 of its length and its bytes. It detects damage, not forgery.</summary>
    public static FileDigest GitBlob(string id, long length) =>
        new("SHA-1 of git", HashAlgorithmName.SHA1, 2 * SHA1.HashSizeInBytes, id, string.Create(CultureInfo.InvariantCulture, $"blob {length}\0"));

    /// <summary>Begins the hash of a file.</summary>
    public IncrementalHash Start()
    {
        var hash = IncrementalHash.CreateHash(_algorithm);
        hash.AppendData(Encoding.ASCII.GetBytes(_header));
        return hash;
    }

    /// <summary>Whether a hash is the right one.</summary>
    public bool Fits(byte[] hash) => Convert.ToHexStringLower(hash).StartsWith(Digits, StringComparison.Ordinal);

    /// <summary>Whether a file's hash is the right one.</summary>
    public bool Fits(string path, CancellationToken cancellationToken)
    {
        using FileStream file = RegularFile.Open(path);
        using IncrementalHash hash = Start();
        Append(file, hash, cancellationToken);
        return Fits(hash.GetHashAndReset());
    }

    /// <summary>Hashes a stream from its current position to its end.</summary>
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
