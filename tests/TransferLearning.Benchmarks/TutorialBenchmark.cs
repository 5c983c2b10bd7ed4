using System.Text.Json;
using Spectre.Console;
using TorchSharp;
using TransferLearning.Backbones;
using TransferLearning.Optimization;
using TransferLearning.Runtime;

namespace TransferLearning.Benchmarks;

/// <summary>Times epochs of the tutorial, bare and by the library in turn, so that a change of the machine's speed meets both.</summary>
internal static class TutorialBenchmark
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static int Run(TutorialBenchmarkOptions options)
    {
        TorchRuntime.EnsureAvailable();
        if (options.Threads is int threads)
            torch.set_num_threads(threads);

        TutorialRatio[] rows = [Measure(options, headOnly: false), Measure(options, headOnly: true)];
        Show(rows);
        if (options.JsonFile is not null)
            File.WriteAllText(options.JsonFile, JsonSerializer.Serialize(rows, _json));
        return 0;
    }

    private static TutorialRatio Measure(TutorialBenchmarkOptions options, bool headOnly)
    {
        PretrainedBackbone network = Pretrained.ByName(options.Backbone);
        network = options.WeightsFile is null ? network.WithRandomWeights() : network.WithWeights(options.WeightsFile, KeyMappings.EfficientNetPyTorchToTimm);
        using var bare = new BareTutorial(network, options.DataFolder, options.BatchSize, headOnly);
        Trainer library = Library(network, options, headOnly);

        var bareSeconds = new List<double>();
        var librarySeconds = new List<double>();
        for (int round = 0; round <= options.Rounds; round++)
        {
            double bareEpoch = bare.Epoch().TotalSeconds;
            using TrainingResult result = library.Fit();
            if (round == 0)
                continue; // the first epoch of each warms up
            bareSeconds.Add(bareEpoch);
            librarySeconds.Add(result.History[0].Duration.TotalSeconds);
        }
        return new TutorialRatio(
            headOnly ? "features" : "finetune", options.Backbone, options.BatchSize, torch.get_num_threads(), Median(bareSeconds), Median(librarySeconds));
    }

    // The same work as the bare loop: every epoch computes everything anew.
    private static Trainer Library(PretrainedBackbone network, TutorialBenchmarkOptions options, bool headOnly) => Trainer
        .FineTune(network)
        .On(ImageFolder.Open(options.DataFolder).SplitByFolder("train", "val"))
        .For(epochs: 1, options.BatchSize)
        .Freeze(headOnly ? FreezePolicy.Backbone : FreezePolicy.Nothing)
        .OptimizeWith(Optimizers.Sgd(learningRate: 1e-3, momentum: 0.9))
        .ShareRate(new GroupingOptions())
        .Build();

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return Math.Round(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, 3);
    }

    private static void Show(IEnumerable<TutorialRatio> rows)
    {
        Table table = new Table().AddColumns("approach", "backbone", "batch", "threads", "bare, s an epoch", "library, s an epoch", "times as fast");
        foreach (TutorialRatio row in rows)
            table.AddRow(row.Approach, row.Backbone, $"{row.BatchSize}", $"{row.Threads}", $"{row.BareSeconds:0.00}", $"{row.LibrarySeconds:0.00}", $"{row.Ratio:0.00}");
        AnsiConsole.Write(table);
    }
}
