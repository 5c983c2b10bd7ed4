using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>The latencies of the two sides: each round has a median and a 95th percentile, of which the medians over rounds count.</summary>
internal static class LatencyRows
{
    private const double Tail = 0.95;

    public static Comparison[] Measure(BarePredictor bare, Predictor library, string[] photographs, int rounds)
    {
        List<double[]>[] latencies = Latency.Rounds(photographs, rounds, path => bare.Predict(path), path => library.Predict(path));
        return [Row("latency, median", 0.5), Row("latency, 95th percentile", Tail)];

        Comparison Row(string name, double share) => new(name, "ms", Latency.Median(latencies[0], share), Latency.Median(latencies[1], share));
    }
}
