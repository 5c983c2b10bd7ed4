using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>The SHA-256 of a model's card and of the names, types, shapes and values of its weights, in the order of the names.</summary>
internal static class ModelChecksum
{
    public static string Of(string card, IEnumerable<(string Name, Tensor Tensor)> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(card));
        foreach ((string name, Tensor tensor) in weights.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} [{string.Join(',', tensor.shape)}]\n"));
            using var scope = NewDisposeScope();
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
