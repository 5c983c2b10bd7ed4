using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Support;

/// <summary>A named pipe that nobody writes to: opening it for reading never returns.</summary>
internal static class Pipe
{
    private const uint OwnersAlone = 0b110_000_000;

    /// <summary>Skips the test on other systems than Linux.</summary>
    public static void Create(string path)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Pipes are made as on Linux.");
        Assert.Equal(0, MakePipe(path, OwnersAlone));
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
