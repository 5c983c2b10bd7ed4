using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>The SHA-256 of a text and of the names, types, shapes and values of weights, in the order of the names.</summary>
internal static class WeightsChecksum
{
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(string text, IEnumerable<(string Name, Tensor Tensor)> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        foreach ((string name, Tensor tensor) in weights.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} [{string.Join(',', tensor.shape)}]\n"));
            using var scope = NewDisposeScope();
            TensorBytes.Hash(tensor.detach().cpu().contiguous(), hash);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
