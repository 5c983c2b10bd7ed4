using Spectre.Console;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Accuracy;

/// <summary>How well variants learn, over several seeds, and how sure a difference between two of them is.</summary>
internal static class AccuracyBenchmark
{
    public static void Run(Workload workload, string approach, int seeds, int epochs, string? jsonFile)
    {
        using var session = new Session(workload.Threads);
        IReadOnlyList<AccuracyVariant> variants = AccuracyVariants.For(workload, approach, epochs);
        IReadOnlyList<AccuracyRow> rows = Compare(variants, Measure(variants, seeds));
        Show(rows);
        session.Finish(jsonFile, new { Workload = workload, Approach = approach, Seeds = seeds, Epochs = epochs }, new { Variants = rows });
    }

    // Seed by seed through all variants: one that is interrupted has whole pairs.
    private static Dictionary<string, List<double>> Measure(IReadOnlyList<AccuracyVariant> variants, int seeds)
    {
        Dictionary<string, List<double>> accuracies = variants.ToDictionary(variant => variant.Name, _ => new List<double>());
        for (long seed = 0; seed < seeds; seed++)
        {
            foreach (AccuracyVariant variant in variants)
            {
                using TrainingResult result = variant.Trainer(seed).Fit();
                double accuracy = result.Best.Validation[Metric.Accuracy.Name];
                accuracies[variant.Name].Add(accuracy);
                Console.Error.WriteLine($"{variant.Name}, seed {seed}: {accuracy:P1} in {result.Duration:m\\:ss}");
            }
        }
        return accuracies;
    }

    private static List<AccuracyRow> Compare(IReadOnlyList<AccuracyVariant> variants, Dictionary<string, List<double>> accuracies)
    {
        var rows = new List<AccuracyRow>();
        foreach (AccuracyVariant variant in variants)
        {
            var row = new AccuracyRow(variant.Name, accuracies[variant.Name]);
            rows.Add(variant.Against is null ? row : row.ComparedWith(rows.Single(other => other.Name == variant.Against)));
        }
        return rows;
    }

    private static void Show(IEnumerable<AccuracyRow> rows)
    {
        Table table = new Table().AddColumns("variant", "seeds", "mean", "deviation", "lowest", "highest", "difference, points", "from");
        foreach (AccuracyRow row in rows)
            table.AddRow(row.Name, $"{row.BySeed.Count}", $"{row.Mean:P2}", $"{row.Deviation:P2}", $"{row.Minimum:P1}", $"{row.Maximum:P1}", Difference(row), row.Against ?? "");
        AnsiConsole.Write(table);
    }

    private static string Difference(AccuracyRow row) => row switch
    {
        { MeanDifference: null } => "",
        { DifferenceHalfInterval95: null } => $"{100 * row.MeanDifference:+0.00;-0.00;0.00}",
        _ => $"{100 * row.MeanDifference:+0.00;-0.00;0.00} ± {100 * row.DifferenceHalfInterval95:0.00}",
    };
}
