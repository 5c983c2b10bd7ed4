using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using TransferLearning.Native.Elf;

namespace TransferLearning.Native;

/// <summary>Loads TorchSharp's native library where .NET's own search has failed.</summary>
internal static class TorchLibrary
{
    private static readonly Lock _loading = new();
    private static nint _handle;

    /// <summary>The library's handle. Thread-safe.</summary>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    public static nint Load()
    {
        lock (_loading)
            return _handle != 0 ? _handle : _handle = LoadOnce();
    }

    private static nint LoadOnce()
    {
        NativePlatform platform = NativePlatform.Current;
        NativeFolders folders = NativeFolders.Of(platform);
        string bridge = folders.Require(platform.Bridge);
        string library = folders.Require(platform.Libtorch);
        try
        {
            // The bridge searches for libtorch in its own folder only, and an adapted copy has none.
            NativeLibrary.Load(library);
            library = bridge;
            if (NativeLibrary.TryLoad(bridge, out nint handle))
                return handle;
            return OperatingSystem.IsLinux() && Relaxed(bridge) is { } content
                ? LibraryInMemory.Load(platform.Bridge, content)
                : NativeLibrary.Load(bridge);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            // .NET puts general advice on the first line, and the system's message on the last.
            string reason = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
            throw new TorchUnavailableException($"'{library}' cannot be loaded: {reason}", failure);
        }
    }

    private static byte[]? Relaxed(string bridge)
    {
        try
        {
            return StandardLibrary.Find() is { } system ? RelaxedLibrary.Make(Path.GetFileName(bridge), File.ReadAllBytes(bridge), system) : null;
        }
        catch (ElfFormatException damage)
        {
            throw new TorchUnavailableException(
                $"'{bridge}' or the system's C++ library is damaged: {damage.Message} Restore the application's packages and build it again.", damage);
        }
    }
}

/// <summary>Loads a library on Linux from a file in memory: it has no name under which others could replace it, and leaves nothing behind.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LibraryInMemory
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC

    /// <summary>Loads a library's content.</summary>
    /// <param name="name">What debuggers call it.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="IOException">The system refuses to create such a file.</exception>
    /// <exception cref="DllNotFoundException">The content cannot be loaded.</exception>
    public static nint Load(string name, byte[] content)
    {
        using var handle = new SafeFileHandle(CreateFile(name, CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"memfd_create failed: {Marshal.GetLastPInvokeErrorMessage()}.");
        RandomAccess.Write(handle, content, fileOffset: 0);
        return NativeLibrary.Load($"/proc/self/fd/{handle.DangerousGetHandle()}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateFile(string name, uint flags);
}
