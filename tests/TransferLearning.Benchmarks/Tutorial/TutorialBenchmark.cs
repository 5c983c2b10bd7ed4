using Spectre.Console;
using TransferLearning.Benchmarks.Memory;
using TransferLearning.Benchmarks.Reporting;

namespace TransferLearning.Benchmarks.Tutorial;

/// <summary>PyTorch's transfer-learning tutorial on bare TorchSharp beside this library.</summary>
internal static class TutorialBenchmark
{
    public static void Run(TutorialSettings settings, string? jsonFile)
    {
        using var session = new Session(settings.Workload.Threads);
        List<Comparison> rows =
        [
            .. FineTuningRows.Measure(settings.Workload, settings.BatchSize, settings.Rounds),
            .. FeatureRows.Measure(settings.Workload, session.Cache, settings.BatchSize, settings.Rounds, settings.Epochs),
        ];
        if (settings.Memory)
            rows.Add(MemoryBenchmark.Measure(settings.Workload, settings.BatchSize));
        PyTorchReference reference = PyTorchReference.For(rows);

        ComparisonTable.Show(rows);
        AnsiConsole.MarkupLineInterpolated(
            $"PyTorch at its best is {reference.TimesAsFast:0.00} times as fast as the tutorial as written ({reference.SecondsAtItsBest} and {reference.SecondsAsWritten} s an epoch); the library in the second row {reference.LibraryTimesAsFast:0.00} times.");
        session.Finish(jsonFile, settings, new { Comparisons = rows, PyTorch = reference });
    }
}
