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
                ? NamelessLibrary.Load(platform.Bridge, content)
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

/// <summary>
/// Loads a library on Linux from a file that has no name and that only this process has open. Nothing can be put in its place, and nothing
/// is left of it afterwards.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class NamelessLibrary
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC of memfd_create(2)

    /// <summary>Loads a library's content, from memory or, where the system does not allow that, from the disk.</summary>
    /// <exception cref="DllNotFoundException">The system refuses it.</exception>
    /// <exception cref="IOException">No file can be created in the temporary folder.</exception>
    public static nint Load(string name, byte[] content)
    {
        using (FileStream? memory = InMemory(name))
        {
            if (memory is not null && NativeLibrary.TryLoad(Write(memory, content), out nint handle))
                return handle;
        }
        using FileStream file = OnDisk(Path.GetTempPath());
        return NativeLibrary.Load(Write(file, content));
    }

    /// <summary>A file in memory; null where the system has none.</summary>
    public static FileStream? InMemory(string name)
    {
        int descriptor = CreateInMemory(name, CloseOnExec);
        return descriptor < 0 ? null : new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite);
    }

    /// <summary>A file in a folder that others may write; new, readable by this user alone whatever the umask, and without a name.</summary>
    public static FileStream OnDisk(string folder)
    {
        string path = Path.Combine(folder, Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, // follows no link
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }

    /// <summary>Writes the content, and gives the path by which this process can open the file.</summary>
    public static string Write(FileStream file, byte[] content)
    {
        file.Write(content);
        file.Flush();
        return $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}";
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);
}
