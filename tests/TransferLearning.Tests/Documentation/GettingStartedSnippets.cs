using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Predictions;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/getting-started.md.</summary>
internal static class GettingStartedSnippets
{
    public static void Images()
    {
        ImageFolder flowers = ImageFolder.Open("flowers");
        foreach (SkippedSample skipped in flowers.Skipped)
            Console.WriteLine($"{skipped.Name}: {skipped.Reason}");
    }

    public static (DatasetSplit, IDatasetSource) OtherSources()
    {
        DatasetSplit fromTable = CsvManifest.Open("labels.csv").Split(0.2, seed: 1); // columns path and label
        var fromMemory = new InMemoryDataset([new LabeledImage(File.ReadAllBytes("1.jpg"), "daisy"), new LabeledImage(File.ReadAllBytes("2.jpg"), "tulip")]);
        return (fromTable, fromMemory);
    }

    public static async Task ThreeStatements()
    {
        using TrainingResult result = await Trainer.FineTune(Pretrained.ResNet18()).On(ImageFolder.Open("flowers")).Build().FitAsync();
        result.Model.Save("flowers.tlmodel");
        Console.WriteLine(result.Model.Predict("holiday.jpg"));
    }

    public static async Task Watching(Trainer trainer, CancellationTokenSource cancellation)
    {
        var progress = new Progress<TrainingProgress>(report =>
            Console.WriteLine($"epoch {report.Epoch} of {report.Epochs}, step {report.Step} of {report.StepsPerEpoch}: loss {report.Loss:0.000}"));
        using TrainingResult result = await trainer.FitAsync(progress, cancellation.Token);
    }

    public static void Speed(TrainerBuilder builder)
    {
        builder
            .ComputeIn(ComputePrecision.Float32)   // PyTorch's digits; Auto, the default, takes bfloat16 where the processor has it
            .CacheImages(bytes: 1L << 30)          // memory for decoded images; 96 MiB by default
            .RunOn(torchThreads: 8, workers: 4);   // no trial; more threads than idle cores are slower
    }

    public static void Using()
    {
        using Predictor predictor = Predictor.Load("flowers.tlmodel");
        Prediction prediction = predictor.Predict("holiday.jpg");
        Console.WriteLine($"{prediction.Label}: {prediction.Probability:P0}");
        foreach (LabelScore score in prediction.Scores)
            Console.WriteLine($"  {score.Label}: {score.Probability:P0}");
    }

    public static void Evaluating(Predictor predictor)
    {
        Evaluation evaluation = predictor.Evaluate(ImageFolder.Open("flowers-never-seen"));
        Console.WriteLine($"{evaluation.Accuracy:P1} ({evaluation.AccuracyInterval.Low:P1} to {evaluation.AccuracyInterval.High:P1})");
        Console.WriteLine(evaluation.Confusion);
    }

    public static void SeveralLabels()
    {
        IDatasetSource beaches = CsvManifest.Open("beaches.csv", new CsvManifestOptions { LabelSeparator = '|' }); // 1.jpg,sea|sunset
        using TrainingResult result = Trainer.FineTune(Pretrained.ResNet18()).On(beaches).Build().Fit();
        foreach (LabelScore label in result.Model.Predict("holiday.jpg").Labels) // those of at least 50 %; possibly none
            Console.WriteLine($"{label.Label}: {label.Probability:P0}");
    }

    public static void Numbers()
    {
        IDatasetSource houses = CsvManifest.Open("houses.csv", new CsvManifestOptions { ValueColumns = ["price", "age"] });
        using TrainingResult result = Trainer.FineTune(Pretrained.ResNet18()).On(houses).Minimize(Losses.Huber()).Build().Fit();
        Console.WriteLine($"off by {result.Best.Validation[Metric.MeanAbsoluteError]:0} on average");
        Prediction house = result.Model.Predict("mine.jpg");
        Console.WriteLine($"{house["price"]:0} and {house["age"]:0} years");
    }

    public static void FeaturesAlone()
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(Pretrained.ResNet50());
        float[] features = extractor.Extract("holiday.jpg");                          // 2048 numbers
        IReadOnlyList<StageMap> maps = extractor.ExtractMaps("holiday.jpg", "layer2", "layer4");
        foreach (StageMap map in maps)
            Console.WriteLine($"{map.Stage}: {string.Join(" x ", map.Shape)}");        // 512 x 28 x 28, and 2048 x 7 x 7
    }
}
