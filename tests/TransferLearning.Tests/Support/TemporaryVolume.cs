using System.Diagnostics;

namespace TransferLearning.Tests.Support;

/// <summary>A small disk of its own, in memory, where this process may mount one.</summary>
internal sealed class TemporaryVolume : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private TemporaryVolume()
    {
    }

    public string FullPath => _folder.FullPath;

    /// <returns>Null where nothing can be mounted.</returns>
    public static TemporaryVolume? TryMount(int kibibytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return null;
        var volume = new TemporaryVolume();
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", volume.FullPath))
            return volume;
        volume._folder.Dispose();
        return null;
    }

    /// <summary>Mounts one, or skips the test (which must be a SkippableFact) where nothing can be mounted.</summary>
    public static TemporaryVolume Require(int kibibytes)
    {
        TemporaryVolume? volume = TryMount(kibibytes);
        Skip.If(volume is null, "needs a small file system, which root may mount on Linux");
        return volume!;
    }

    public string File(string name) => _folder.File(name);

    public void MakeReadOnly() => Remount("ro");

    public void MakeWritable() => Remount("rw");

    /// <summary>Fills it but for some bytes.</summary>
    public void FillBut(long bytes)
    {
        string filler = File("filler");
        System.IO.File.Delete(filler);
        long left = new DriveInfo(FullPath).AvailableFreeSpace - bytes;
        if (left > 0)
            System.IO.File.WriteAllBytes(filler, new byte[left]);
    }

    public void Dispose()
    {
        Run("umount", "-l", FullPath);
        _folder.Dispose();
    }

    private void Remount(string mode) => Assert.True(Run("mount", "-o", $"remount,{mode}", FullPath));

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such command
        }
    }
}
