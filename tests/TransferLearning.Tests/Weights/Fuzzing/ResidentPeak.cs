using System.Globalization;

namespace TransferLearning.Tests.Weights.Fuzzing;

/// <summary>How much more main memory the process has held at once since it was last asked; Linux counts that.</summary>
internal sealed class ResidentPeak
{
    private const string Forget = "/proc/self/clear_refs";
    private long _before;

    /// <summary>Forgets the peak so far.</summary>
    public void Begin()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.WriteAllText(Forget, "5");
        _before = HighWater();
    }

    /// <summary>The bytes above the beginning; 0 where nobody counts.</summary>
    public long End() => OperatingSystem.IsLinux() ? HighWater() - _before : 0;

    private static long HighWater()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
