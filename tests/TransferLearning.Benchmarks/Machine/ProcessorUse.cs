using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Benchmarks.Machine;

/// <summary>The processor time that the whole machine and this process with its children have used so far; known on Linux alone.</summary>
internal sealed record ProcessorUse(long Timestamp, double? MachineSeconds, double OwnSeconds)
{
    private const double TicksPerSecond = 100; // USER_HZ, in which Linux counts for programs on every machine

    public static ProcessorUse Now() => OperatingSystem.IsLinux()
        ? new ProcessorUse(Stopwatch.GetTimestamp(), Machine(), Own())
        : new ProcessorUse(Stopwatch.GetTimestamp(), null, 0);

    /// <summary>How many cores others keep busy while this thread waits; null where that is not known.</summary>
    public static double? OfOthersDuring(TimeSpan wait)
    {
        ProcessorUse start = Now();
        Thread.Sleep(wait);
        return start.OfOthersUntil(Now());
    }

    /// <summary>How many cores others kept busy between the two moments, on average.</summary>
    public double? OfOthersUntil(ProcessorUse end)
    {
        double seconds = Stopwatch.GetElapsedTime(Timestamp, end.Timestamp).TotalSeconds;
        double? others = end.MachineSeconds - MachineSeconds - (end.OwnSeconds - OwnSeconds);
        return others is double used ? Math.Round(Math.Max(0, used / seconds), 2) : null;
    }

    // "cpu user nice system idle iowait irq softirq steal guest guest_nice"; guests are in user already.
    private static double Machine()
    {
        double[] ticks = Numbers(File.ReadLines("/proc/stat").First()["cpu".Length..]);
        (double idle, double waiting) = (ticks[3], ticks[4]);
        return (ticks.Take(8).Sum() - idle - waiting) / TicksPerSecond;
    }

    // Behind the name in parentheses, which may hold anything, come the fields from the third on; 14 to 17 are user and
    // system time of this process and of its children that have ended.
    private static double Own()
    {
        string status = File.ReadAllText("/proc/self/stat");
        string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
        return Numbers(string.Join(' ', fields[11..15])).Sum() / TicksPerSecond;
    }

    private static double[] Numbers(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
}
