using System.Security.Cryptography;
using TransferLearning.Internal;

namespace TransferLearning.Native;

/// <summary>Keeps adapted native libraries as files, named by their content: processes that make the same one at once write the same bytes.</summary>
internal static class NativeCache
{
    public static string Folder => CacheFolder.For("native");

    /// <summary>The path of a file with exactly this content, written where it is absent or altered.</summary>
    /// <exception cref="TorchUnavailableException">The folder cannot be written.</exception>
    public static string Keep(string name, byte[] content)
    {
        byte[] hash = SHA256.HashData(content);
        string path = Path.Combine(Folder, $"{Path.GetFileNameWithoutExtension(name)}-{Convert.ToHexStringLower(hash)}{Path.GetExtension(name)}");
        try
        {
            if (!Holds(path, hash))
                AtomicFile.Write(path, stream => stream.Write(content));
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TorchUnavailableException(
                $"This system needs an adapted copy of {name}, which cannot be kept in the cache folder '{Folder}': {failure.Message} " +
                $"Set the environment variable {CacheFolder.Variable} to a folder that can be written.", failure);
        }
    }

    private static bool Holds(string path, byte[] hash)
    {
        if (!File.Exists(path))
            return false;
        using FileStream file = File.OpenRead(path);
        return SHA256.HashData(file).AsSpan().SequenceEqual(hash);
    }
}
