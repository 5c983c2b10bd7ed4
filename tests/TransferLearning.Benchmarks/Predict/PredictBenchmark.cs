using TransferLearning.Benchmarks.Bare;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>Using a model: a photograph at a time, many at once, and for the first time.</summary>
internal static class PredictBenchmark
{
    public static void Run(PredictSettings settings, string? jsonFile)
    {
        using var session = new Session(settings.Workload.Threads);
        string modelFile = Path.Combine(session.Cache.Folder, "benchmark.tlmodel");
        TrainedModel.Save(settings.Workload, modelFile);
        IDatasetSource validation = settings.Workload.Photographs().Validation;
        string[] photographs = [.. validation.Samples.Select(sample => sample.Name).Take(settings.Photographs)];

        using var bare = new BarePredictor(settings.Workload.Network(), validation.Classes.Count);
        using Predictor library = Predictor.Load(modelFile);
        Comparison[] rows =
        [
            .. LatencyRows.Measure(bare, library, photographs, settings.Rounds),
            ThroughputRow.Measure(bare, library, photographs, settings.Rounds),
            .. FirstCallRows.Measure(settings, modelFile, photographs[0]),
        ];
        ComparisonTable.Show(rows);
        session.Finish(jsonFile, settings, new { Comparisons = rows });
    }
}
