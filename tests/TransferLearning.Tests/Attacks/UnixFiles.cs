using System.Runtime.InteropServices;
using System.Text;

namespace TransferLearning.Tests.Attacks;

/// <summary>Makes what .NET does not: pipes, and files whose names are no text.</summary>
internal static class UnixFiles
{
    private const uint OwnersAlone = 0b111_000_000;

    public static void MakePipe(string path) => Require(MakePipe(Terminated(Encoding.UTF8.GetBytes(path)), OwnersAlone), path);

    /// <summary>An empty file in a folder.</summary>
    public static void MakeFile(string folder, byte[] name)
    {
        int descriptor = Create(Terminated([.. Encoding.UTF8.GetBytes(folder), (byte)'/', .. name]), OwnersAlone);
        Require(descriptor, folder);
        Require(Close(descriptor), folder);
    }

    public static void MakeFolder(string folder, byte[] name) =>
        Require(MakeDirectory(Terminated([.. Encoding.UTF8.GetBytes(folder), (byte)'/', .. name]), OwnersAlone), folder);

    /// <summary>Takes all rights of a file or folder away, which binds everybody but the administrator.</summary>
    public static void Forbid(string path) => Require(ChangeMode(Terminated(Encoding.UTF8.GetBytes(path)), 0), path);

    private static byte[] Terminated(byte[] path) => [.. path, 0];

    private static void Require(int result, string path)
    {
        if (result < 0)
            throw new IOException($"'{path}': error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakePipe(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    private static extern int MakeDirectory(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int ChangeMode(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
