using System.IO.Compression;
using Extending;
using TransferLearning.FeatureCache;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>Plugs every part that docs/extending.md writes into one fit.</summary>
public sealed class ExtendingTests
{
    [Fact]
    public void Fit_WithEveryPartReplaced_TrainsUntilTheObserverStopsIt()
    {
        using var folder = new TemporaryFolder();
        string archive = folder.File("images.zip");
        WriteArchive(archive);
        TrainerBuilder builder = Trainer
            .FineTune(ExtendingSnippets.OwnNetwork().WithRandomWeights())
            .On(new ZipDataset(archive).Split(0.25, seed: 1))
            .For(epochs: 40)
            .Augment(images => images.Resize(32).CenterCrop(32).Then(new RandomGray(probability: 0)))
            .OptimizeWith(Optimizers.AdamW(learningRate: 1e-2))
            .Minimize(new GeneralizedCrossEntropy(q: 0.5))
            .Measure(Metric.Accuracy, new MeanConfidence())
            .Observe(() => new StopAtGoal(accuracy: 0.9));

        using TrainingResult result = builder.Build().Fit();

        Assert.Equal($"an accuracy of {0.9} is enough", result.StopReason);
        Assert.InRange(result.Best.Validation["mean confidence"], 1.0 / 3, 1);
    }

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Fit_OfAnOwnStagedNetwork_ComputesFeaturesOnce(ComputePrecision precision)
    {
        using var store = new TemporaryFolder();
        var info = new BackboneInfo
        {
            Name = "small_staged_network",
            Stages = [new Stage("stem", "convolution", "norm"), new Stage("head", "head")],
            Head = "head",
            FeatureSize = 16,
            Preprocessing = new Preprocessing { ResizeTo = 16, CropTo = 16 },
        };

        using TrainingResult result = Trainer
            .ExtractFeatures(Pretrained.From(() => new SmallStagedNetwork(), info).WithRandomWeights())
            .On(ToyImages.Split())
            .For(epochs: 30)
            .OptimizeWith(Optimizers.AdamW(learningRate: 0.05))
            .CacheFeatures(new FeatureCaching { Store = new FeatureStoreOptions { Directory = store.FullPath } })
            .ComputeIn(precision)
            .Build()
            .Fit();

        Assert.Equal(precision, result.Precision);
        Assert.InRange(result.Best.Validation["accuracy"], 0.6, 1);
        Assert.NotEmpty(Directory.GetFiles(store.FullPath, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Augment_WithAnOwnTransform_TakesItIntoThePipeline()
    {
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split());
        ExtendingSnippets.Augment(builder);

        Assert.IsType<RandomGray>(builder.Build().Options.Augmentation!.Operations[^1]);
    }

    private static void WriteArchive(string path)
    {
        var random = new Random(1);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (int index = 0; index < 48; index++)
        {
            using Stream entry = archive.CreateEntry($"{ToyImages.Classes[index % 3]}/{index}.png").Open();
            entry.Write(ToyImages.Encoded(index % 3, random, side: 32));
        }
    }
}
