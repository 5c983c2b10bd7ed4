using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Tests.Data;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Conventions;

/// <summary>Files, keys and messages do not depend on the culture.</summary>
[Collection(Alone.Name)] // the small network's dropout draws from torch's one generator
public sealed class CultureTests
{
    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void ModelFile_UnderAnotherCulture_IsTheSameAndReadable(string culture)
    {
        byte[] here = Fit(new LogLines());
        byte[] there = OtherCulture.Run(culture, () => Fit(new LogLines()));
        IReadOnlyList<double> probabilities = OtherCulture.Run(culture, () => Predict(there).Probabilities);

        Assert.Equal(here, there);
        Assert.Equal(Predict(here).Probabilities, probabilities);
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Fingerprint_UnderAnotherCulture_IsTheSame(string culture)
    {
        static string? Fingerprint() => TransformPipeline.Empty
            .RandomResizedCrop(24, minimumArea: 0.25).RandomHorizontalFlip(0.25).RandomRotation(7.5).ColorJitter(0.1, 0.2, 0.3, 0.05)
            .Normalize(ChannelStatistics.ImageNet).Fingerprint;

        Assert.NotNull(Fingerprint());
        Assert.Equal(Fingerprint(), OtherCulture.Run(culture, Fingerprint));
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Error_UnderAnotherCulture_IsTheSame(string culture)
    {
        static string Message() => Assert.Throws<ArgumentOutOfRangeException>(() => Optimizers.Sgd(momentum: -1.5)).Message.Split('(')[0];

        Assert.Equal("Momentum is -1.5; it must be at least 0 and below 1. ", OtherCulture.Run(culture, Message));
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Manifest_UnderAnotherCulture_HasTheSameNumbersAndColumns(string culture)
    {
        using var folder = new TemporaryFolder();
        folder.AddImages("INSIDE.PNG", "ISI.png");
        File.WriteAllText(folder.File("ages.csv"), "PATH,SIZE IN CM,SPLIT\nINSIDE.PNG,-1.5,TRAINING\nISI.png,2e-1,validation\n");
        var options = new CsvManifestOptions { ValueColumns = ["size in cm"], SplitColumn = "split" };

        string[] Read() => [.. CsvManifest.Open(folder.File("ages.csv"), options).Samples.Select(sample => FormattableString.Invariant($"{sample.Name} {sample.Target}"))];

        Assert.Equal(Read(), OtherCulture.Run(culture, Read));
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Folder_UnderAnotherCulture_HasTheSameImagesInTheSameOrder(string culture)
    {
        using var folder = new TemporaryFolder();
        folder.AddImages("Insekten/I.PNG", "insekten/i.JPG", "\u0131sparta/\u0130.png", "\u00e4mter/a.BMP", "zug/a.png");

        string[] Read() => [.. ImageFolder.Open(folder.FullPath).Samples.Select(sample => $"{sample.ClassIndex} {sample.Name}")];

        Assert.Equal(Read(), OtherCulture.Run(culture, Read));
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Texts_UnderAnotherCulture_AreTheSame(string culture)
    {
        static string[] Texts()
        {
            var lines = new LogLines();
            byte[] model = Fit(lines);
            using Predictor predictor = Predictor.Load(new MemoryStream(model), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
            Evaluation evaluation = predictor.Evaluate(ToyImages.Source(each: 2, seed: 3));
            using Backbone backbone = BuiltForSide.Open("resnet18", side: 64);
            return
            [
                .. lines.Select(line => line.Text).Where(text => !text.Contains(" s with ", StringComparison.Ordinal)),
                evaluation.Confusion.ToString(),
                Predict(model).ToString(),
                NetworkGraph.Trace(backbone).Summarize().ToString(),
            ];
        }

        Assert.Equal(Texts(), OtherCulture.Run(culture, Texts));
    }

    private static byte[] Fit(LogLines log)
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 2, batchSize: 16)
            .Measure(Metric.Accuracy, Metric.MacroF1).RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32).LogTo(log).Build().Fit();
        using var file = new MemoryStream();
        result.Model.Save(file);
        return file.ToArray();
    }

    private static Prediction Predict(byte[] model)
    {
        using Predictor predictor = Predictor.Load(new MemoryStream(model), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
        return predictor.Predict(ToyImages.Encoded(1, new Random(5)));
    }
}
