using System.Runtime.InteropServices;

namespace TransferLearning.Internal;

/// <summary>Opens regular files only: opening a pipe waits until somebody writes, and a device has no end.</summary>
/// <remarks>Source: statx(2) and inode(7) of the Linux manual. On other systems every file counts as regular.</remarks>
internal static partial class RegularFile
{
    private const int CurrentFolder = -100, TypeAsked = 1, StatusLength = 256, ModeOffset = 28;
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The file cannot be read, or is a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileStream Open(string path, int bufferSize = 1 << 12, FileOptions options = FileOptions.None)
    {
        Require(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize, options);
    }

    /// <summary>The whole content of a file.</summary>
    /// <exception cref="IOException">The file cannot be read, or is a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        Require(path);
        return File.ReadAllBytes(path);
    }

    /// <exception cref="IOException">The path leads to a pipe, a socket or a device.</exception>
    public static void Require(string path)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        if (!OperatingSystem.IsLinux() || Status(CurrentFolder, path, flags: 0, TypeAsked, status) != 0)
            return;
        string? kind = (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) switch
        {
            Pipe => "a pipe",
            Socket => "a socket",
            CharacterDevice or BlockDevice => "a device",
            _ => null,
        };
        if (kind is not null)
            throw new IOException($"'{path}' is {kind}; a regular file is expected.");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint asked, Span<byte> status);
}
