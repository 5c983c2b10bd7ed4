using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Machine;

/// <summary>The most memory that this process has ever had resident.</summary>
internal static class PeakMemory
{
    private const string Line = "VmHWM:"; // "VmHWM:   123456 kB"; .NET's own number counts otherwise on Linux

    public static long Bytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            using Process self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Line, StringComparison.Ordinal));
        return 1024 * long.Parse(line[Line.Length..^"kB".Length], CultureInfo.InvariantCulture);
    }
}
