using System.IO.Compression;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Documentation;

/// <summary>Plugs every part that docs/extending.md writes into one fit.</summary>
public sealed class ExtendingTests
{
    [Fact]
    public void Fit_WithEveryPartReplaced_TrainsUntilTheObserverStopsIt()
    {
        using var folder = new TemporaryFolder();
        string archive = folder.File("pictures.zip");
        WriteArchive(archive);
        TrainerBuilder builder = Trainer
            .FineTune(ExtendingSnippets.OwnNetwork().WithRandomWeights())
            .On(new ZipDataset(archive).Split(0.25, seed: 1))
            .For(epochs: 40)
            .Augment(images => images.Resize(32).CenterCrop(32).Then(new RandomGrey(probability: 0)))
            .OptimizeWith(Optimizers.AdamW(learningRate: 1e-2))
            .Minimize(new FocalLoss(gamma: 1))
            .Measure(Metric.Accuracy, new MeanConfidence())
            .Observe(new StopAtGoal(accuracy: 0.9));

        using TrainingResult result = builder.Build().Fit();

        Assert.Equal("an accuracy of 0.9 is enough", result.StopReason);
        Assert.InRange(result.Best.Validation["mean confidence"], 1.0 / 3, 1);
    }

    [Fact]
    public void Augment_WithAnOwnTransform_TakesItIntoThePipeline()
    {
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyPictures.Split());
        ExtendingSnippets.Augment(builder);

        Assert.IsType<RandomGrey>(builder.Build().Options.Augmentation!.Operations[^1]);
    }

    private static void WriteArchive(string path)
    {
        var random = new Random(1);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (int index = 0; index < 48; index++)
        {
            using Stream entry = archive.CreateEntry($"{ToyPictures.Classes[index % 3]}/{index}.png").Open();
            entry.Write(ToyPictures.Encoded(index % 3, random, side: 32));
        }
    }
}
