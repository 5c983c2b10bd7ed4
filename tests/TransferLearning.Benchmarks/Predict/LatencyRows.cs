using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>One photograph at a time, file to label, the two sides in turn photograph by photograph; each round has a median and a 95th percentile, of which the medians over rounds count.</summary>
internal static class LatencyRows
{
    private const double Tail = 0.95;

    public static Comparison[] Measure(BarePredictor bare, Predictor library, string[] photographs, int rounds)
    {
        List<double[]> bareRounds = [], libraryRounds = [];
        for (int round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "latency: warming up" : $"latency: round {round} of {rounds}");
            (double Bare, double Library)[] latencies = [.. photographs.Select(path => (Latency.Of(() => bare.Predict(path)), Latency.Of(() => library.Predict(path))))];
            if (round == 0)
                continue;
            bareRounds.Add([.. latencies.Select(pair => pair.Bare)]);
            libraryRounds.Add([.. latencies.Select(pair => pair.Library)]);
        }
        return [Row("latency, median", 0.5), Row("latency, 95th percentile", Tail)];

        Comparison Row(string name, double share) => new(name, "ms", Median(bareRounds, share), Median(libraryRounds, share));
    }

    private static Measurement Median(List<double[]> rounds, double share) =>
        Measurement.MedianOf([.. rounds.Select(latencies => Statistics.Quantile(latencies, share))]);
}
