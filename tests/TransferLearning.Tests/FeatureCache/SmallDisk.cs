using System.Diagnostics;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.FeatureCache;

/// <summary>A file system of one MiB in memory, mounted on a folder; skips the test (which must be a SkippableFact) where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    public string FullPath => _folder.FullPath;

    public static SmallDisk Require()
    {
        var disk = new SmallDisk();
        if (OperatingSystem.IsLinux() && Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", disk.FullPath))
            return disk;
        disk._folder.Dispose();
        Skip.If(true, "needs a small file system, which root may mount on Linux");
        throw new UnreachableException();
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", FullPath));

    public void Dispose()
    {
        Run("umount", "-l", FullPath);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
