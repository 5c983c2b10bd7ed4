using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TransferLearning.Internal;
using TransferLearning.Native.Elf;

namespace TransferLearning.Native;

/// <summary>Loads TorchSharp's native library where .NET's ordinary search did not.</summary>
internal static class TorchLibrary
{
    private static nint _handle;

    /// <summary>The library's handle. Safe on any thread: loading twice gives the same library.</summary>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    public static nint Load()
    {
        if (_handle == 0)
            _handle = LoadOnce();
        return _handle;
    }

    private static nint LoadOnce()
    {
        NativePlatform platform = NativePlatform.Current;
        NativeFolders folders = NativeFolders.Of(platform);
        string bridge = folders.Require(platform.Bridge);

        // The bridge looks for libtorch in its own folder only, and an adapted copy lies in another.
        LoadOrExplain(folders.Require(platform.Libtorch));
        if (NativeLibrary.TryLoad(bridge, out nint handle))
            return handle;
        return OperatingSystem.IsLinux() && Relaxed(bridge) is { } content
            ? LoadOrExplain(NativeCache.Keep(platform.Bridge, content))
            : LoadOrExplain(bridge);
    }

    private static byte[]? Relaxed(string bridge)
    {
        try
        {
            StandardLibrary? system = StandardLibrary.Find();
            return system is null ? null : RelaxedLibrary.Make(Path.GetFileName(bridge), File.ReadAllBytes(bridge), system);
        }
        catch (ElfFormatException damage)
        {
            throw new TorchUnavailableException(
                $"'{bridge}' or the system's C++ library is damaged: {damage.Message} Restore the application's packages and build it again.", damage);
        }
    }

    private static nint LoadOrExplain(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            // .NET puts general advice on the first line, and the system's own words after it.
            string reason = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
            throw new TorchUnavailableException($"'{path}' cannot be loaded: {reason}", failure);
        }
    }
}

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
