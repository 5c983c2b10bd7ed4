using System.Diagnostics;
using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>One photograph at a time, file to label, several contenders in turn photograph by photograph, so that a change of the machine's speed meets
/// all.</summary>
internal static class Latency
{
    /// <summary>How many milliseconds a call takes.</summary>
    public static double Of(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>For each contender, its latencies in each round but a first one, which warms up.</summary>
    public static List<double[]>[] Rounds(string[] photographs, int rounds, params Action<string>[] contenders)
    {
        List<double[]>[] all = [.. contenders.Select(_ => new List<double[]>())];
        for (int round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "latency: warming up" : $"latency: round {round} of {rounds}");
            double[][] latencies = [.. photographs.Select(path => Array.ConvertAll(contenders, contender => Of(() => contender(path))))];
            for (int index = 0; index < contenders.Length && round > 0; index++)
                all[index].Add([.. latencies.Select(ofOne => ofOne[index])]);
        }
        return all;
    }

    /// <summary>The median over rounds of what a share of a round's latencies lies below.</summary>
    public static Measurement Median(List<double[]> rounds, double share) =>
        Measurement.MedianOf([.. rounds.Select(latencies => Statistics.Quantile(latencies, share))]);
}
