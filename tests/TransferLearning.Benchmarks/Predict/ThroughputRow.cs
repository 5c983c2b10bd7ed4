using System.Diagnostics;
using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>Many photographs, a batch at a time.</summary>
internal static class ThroughputRow
{
    public const int BatchSize = 16;

    public static Comparison Measure(BarePredictor bare, Predictor library, string[] photographs, int rounds)
    {
        Measurement[] medians = Interleaved.Medians(
            "throughput",
            rounds,
            () => PerSecond(() => bare.PredictMany(photographs, BatchSize).Count()),
            () => PerSecond(() => library.PredictMany(photographs, BatchSize).Count()));
        return new Comparison($"throughput, batches of {BatchSize}", "photographs a second", medians[0], medians[1]) { MoreIsBetter = true };
    }

    public static double PerSecond(Func<int> predict)
    {
        long start = Stopwatch.GetTimestamp();
        int count = predict();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
