using System.Runtime.InteropServices;

namespace TransferLearning.Benchmarks.Loading;

/// <summary>Memory that was freed, but that the GNU C library keeps for the process: whoever comes next would be spared finding it.</summary>
internal static class FreedMemory
{
    private static readonly bool _isGnu = OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);

    /// <summary>Gives it back to the system; other C libraries are left as they are.</summary>
    public static void GiveBack()
    {
        if (_isGnu)
            Trim(0);
    }

    [DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint kept);
}
