using System.Text.Json;
using Spectre.Console;
using TransferLearning;
using TransferLearning.Formats;
using TransferLearning.Metrics;
using TransferLearning.Published;
using TransferLearning.Transforms;

namespace AntsAndBees;

internal static class Tutorial
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static async Task<int> RunAsync(TutorialOptions options, CancellationToken cancellation)
    {
        try
        {
            string folder = options.DataFolder ?? await TutorialData.DownloadAsync(cancellation);
            DatasetSplit photographs = ImageFolder.Open(folder).SplitByFolder("train", "val");
            AnsiConsole.MarkupLineInterpolated($"{photographs.Training.Samples.Count} photographs to train on, {photographs.Validation.Samples.Count} to validate on: {string.Join(" and ", photographs.Classes)}");

            if (options.WeightsFile is null)
                AnsiConsole.MarkupLineInterpolated($"The official weights of {options.Backbone} are downloaded once, checked, and kept.");

            var results = new List<TutorialResult>();
            foreach (Approach approach in options.Approaches.TakeWhile(_ => !cancellation.IsCancellationRequested)) // Ctrl+C keeps what is done
            {
                using TrainingResult result = await Fit(approach, photographs, options, cancellation);
                results.Add(Row(approach, result, options));
                if (options.ImageFile is not null)
                    PredictionSheet.Draw(result.Model, photographs.Validation, options.ImageFile);
                if (options.OnnxFile is not null && results.All(row => row.BestAccuracy <= results[^1].BestAccuracy))
                    AnsiConsole.MarkupLineInterpolated($"{result.Model.ExportOnnx(options.OnnxFile).ToString()}");
            }

            Show(results, photographs.Validation.Samples.Count);
            if (options.JsonFile is not null)
                await File.WriteAllTextAsync(options.JsonFile, JsonSerializer.Serialize(results, _json), CancellationToken.None);
            return 0;
        }
        catch (Exception problem) // the library's messages say what was wrong and what would be right
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{problem.Message}[/]");
            return 1;
        }
    }

    private static async Task<TrainingResult> Fit(Approach approach, DatasetSplit photographs, TutorialOptions options, CancellationToken cancellation)
    {
        PretrainedBackbone backbone = options.Backbone.Contains('/') ? Pretrained.FromHuggingFace(options.Backbone, cancellationToken: cancellation) : Pretrained.ByName(options.Backbone);
        if (options.WeightsFile is not null)
            backbone = backbone.WithWeights(options.WeightsFile, WeightsRename.ByOrder);

        // The tutorial resizes and crops so, whatever the weights' own recipe says.
        Preprocessing sizes = backbone.Info.Preprocessing with { ResizeTo = 256, CropTo = 224 };
        Trainer trainer = (approach == Approach.FineTune ? Trainer.FineTune(backbone) : Trainer.ExtractFeatures(backbone))
            .On(photographs)
            .For(options.Epochs)
            .Preprocess(sizes)
            .Seed(options.Seed)
            .RunOn(torchThreads: options.Threads)
            .Build();

        return await ProgressDisplay.ShowAsync(approach.Title(), progress => trainer.FitAsync(progress, cancellation));
    }

    private static TutorialResult Row(Approach approach, TrainingResult result, TutorialOptions options) => new(
        approach.Name(),
        options.Backbone,
        options.Seed,
        result.Last.Epoch,
        result.Best.Validation[Metric.Accuracy.Name],
        result.Best.Epoch,
        result.Last.Validation[Metric.Accuracy.Name],
        Math.Round(result.Duration.TotalSeconds, 1));

    private static void Show(IEnumerable<TutorialResult> results, int photographs)
    {
        Table table = new Table().AddColumns("approach", "backbone", "training time", "best validation accuracy", "95 % interval", "at epoch", "at the last");
        foreach (TutorialResult row in results)
        {
            var interval = new WilsonInterval((long)Math.Round(row.BestAccuracy * photographs), photographs);
            table.AddRow(
                row.Approach,
                row.Backbone,
                $"{TimeSpan.FromSeconds(row.Seconds):m\\:ss}",
                $"{row.BestAccuracy:P1}",
                $"{interval.Low:P1} to {interval.High:P1}",
                $"{row.BestEpoch} of {row.Epochs}",
                $"{row.LastAccuracy:P1}");
        }
        AnsiConsole.Write(table);
    }
}
