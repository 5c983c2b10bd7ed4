using System.Globalization;
using System.Runtime.InteropServices;

namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>How much more main memory the process has held at once since it was last asked; Linux counts that.</summary>
internal sealed class ResidentPeak
{
    private const string GnuLibrary = "libc.so.6";

    private readonly bool _isGnu = NativeLibrary.TryLoad(GnuLibrary, out nint _);
    private long _before;

    /// <summary>Forgets the peak so far, and gives freed native memory back: what is taken from there would not be seen.</summary>
    public void Begin()
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (_isGnu)
            GiveBack(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        _before = HighWater();
    }

    /// <summary>The bytes above the beginning; 0 where nobody counts.</summary>
    public long End() => OperatingSystem.IsLinux() ? HighWater() - _before : 0;

    private static long HighWater()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    [DllImport(GnuLibrary, EntryPoint = "malloc_trim")]
    private static extern int GiveBack(nuint padding);
}
