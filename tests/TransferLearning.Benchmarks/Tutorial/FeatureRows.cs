using System.Diagnostics;
using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Tutorial;

/// <summary>
/// A head on fixed features, a whole training: the bare loop's epochs cost the same each, so one is measured and
/// multiplied; the library's fits are whole ones, first with no feature kept on disk, then with those of the first.
/// </summary>
internal static class FeatureRows
{
    public static Comparison[] Measure(Workload workload, TemporaryCache cache, int batchSize, int rounds, int epochs)
    {
        using BareTutorial bare = new(workload, batchSize, headOnly: true);
        Measurement[] medians = Interleaved.Medians("features", rounds, () => bare.Epoch().TotalSeconds, FirstFit, SecondFit);
        Measurement bareTotal = medians[0].Times(epochs);
        return
        [
            new Comparison($"features, first fit, epochs: {epochs}", "s in total", bareTotal, medians[1]),
            new Comparison($"features, second fit, epochs: {epochs}", "s in total", bareTotal, medians[2]),
        ];

        double FirstFit()
        {
            cache.Empty();
            return WholeFit(workload, epochs);
        }

        double SecondFit() => WholeFit(workload, epochs);
    }

    private static double WholeFit(Workload workload, int epochs)
    {
        long start = Stopwatch.GetTimestamp();
        using TrainingResult result = LibraryTutorial.Features(workload, epochs).Fit();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
