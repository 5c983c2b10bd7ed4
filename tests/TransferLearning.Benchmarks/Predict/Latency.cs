using System.Diagnostics;

namespace TransferLearning.Benchmarks.Predict;

internal static class Latency
{
    /// <summary>How many milliseconds a call takes.</summary>
    public static double Of(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
