using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Tests.Published;

/// <summary>Other contents whose SHA-256 begins alike: three digits take some thousand attempts, eight some minutes.</summary>
internal static class ForgedWeights
{
    public const int Digits = 3;

    public static byte[] For(string prefix) => Enumerable.Range(0, int.MaxValue)
        .Select(number => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
        .First(content => Convert.ToHexStringLower(SHA256.HashData(content)).StartsWith(prefix, StringComparison.Ordinal));
}
