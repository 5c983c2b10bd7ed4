using System.IO.Compression;
using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Randomness;
using TransferLearning.Tasks;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/extending.md; <see cref="ExtendingTests"/> runs them.</summary>
internal static class ExtendingSnippets
{
    public static void Augment(TrainerBuilder builder)
    {
        builder.Augment(images => images.RandomResizedCrop(224).Then(new RandomGray(probability: 0.1)));
    }

    public static PretrainedBackbone OwnNetwork()
    {
        PretrainedBackbone mine = Pretrained.From(
            () => new SmallNetwork(),
            new BackboneInfo
            {
                Name = "small_network",
                Stages = [new Stage("stem", "features"), new Stage("head", "classifier")],
                Head = "classifier",
                FeatureSize = 16,
                Preprocessing = new Preprocessing { ResizeTo = 36, CropTo = 32 },
            });
        return mine;
    }

    public static PretrainedBackbone TorchScript()
    {
        PretrainedBackbone scripted = Pretrained.FromTorchScript("mine.pt", featureSize: 512);
        return scripted;
    }
}

internal sealed class SmallStagedNetwork : StagedNetwork
{
    internal readonly Convolution2d convolution = new(3, 16, kernel: 3, stride: 2);
    internal readonly BatchNormalization norm;
    internal readonly Linear head = nn.Linear(16, 3);

    public SmallStagedNetwork()
        : base(nameof(SmallStagedNetwork))
    {
        norm = new BatchNormalization(after: convolution);
        RegisterComponents();
    }

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => norm.call(convolution.call(images)).relu().to(ScalarType.Float32).mean([2, 3]), // stage "stem": images to features
        head.call,                                                                                // stage "head": features to logits
    ];
}

internal sealed class ZipDataset(string path) : IDatasetSource
{
    private readonly (string Entry, string Label)[] _entries = ReadNames(path);

    public IReadOnlyList<string> Classes => [.. _entries.Select(entry => entry.Label).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<Sample> Samples => [.. _entries.Select(entry => new Sample(entry.Entry, Classes.ToList().IndexOf(entry.Label)))];

    public ReadOnlyMemory<byte> Load(int index)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        using Stream image = archive.GetEntry(_entries[index].Entry)!.Open();
        using var content = new MemoryStream();
        image.CopyTo(content);
        return content.ToArray();
    }

    private static (string, string)[] ReadNames(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        return [.. archive.Entries.Where(entry => entry.Name != "").Select(entry => (entry.FullName, entry.FullName.Split('/')[0]))];
    }
}

internal sealed class RandomGray(double probability) : ITransform
{
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if (random.NextDouble() >= probability)
            return image;

        var gray = new PixelBuffer(image.Width, image.Height);
        for (int i = 0; i < image.Pixels.Length; i += PixelBuffer.Channels)
        {
            byte luma = (byte)((299 * image.Pixels[i] + 587 * image.Pixels[i + 1] + 114 * image.Pixels[i + 2] + 500) / 1000);
            gray.Pixels.Slice(i, PixelBuffer.Channels).Fill(luma);
        }
        return gray;
    }
}

internal sealed class MeanConfidence() : Metric("mean confidence", MetricDirection.HigherIsBetter)
{
    public override IMetricTally NewTally() => new Tally();

    private sealed class Tally : IMetricTally
    {
        private double _sum;
        private long _count;

        public double Value => _sum / _count;

        public void Add(BatchOutcome outcome)
        {
            using Tensor probabilities = outcome.Output.softmax(dim: 1);
            using Tensor largest = probabilities.amax([1]);
            using Tensor sum = largest.sum();
            _sum += sum.item<float>();
            _count += outcome.Count;
        }
    }
}

internal sealed class FocalLoss(double gamma) : ILoss
{
    private readonly Scalar _gamma = gamma;

    public Tensor Compute(LossContext context)
    {
        using var scope = NewDisposeScope();
        Tensor crossEntropy = nn.functional.cross_entropy(context.Output, context.Targets, reduction: nn.Reduction.None); // [N]
        Tensor doubt = crossEntropy.neg().expm1().neg(); // 1 - the true class's probability
        return (doubt.pow(_gamma) * crossEntropy).mean().MoveToOuterDisposeScope();
    }
}

internal sealed class StopAtGoal(double accuracy) : ITrainingObserver
{
    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (epoch.Validation["accuracy"] >= accuracy)
            run.RequestStop($"an accuracy of {accuracy} is enough");
    }
}
