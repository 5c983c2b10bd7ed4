using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Tests.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Tests.Transforms.Augmentation;

/// <summary>An augmented image depends on seed, epoch and sample alone.</summary>
public sealed class AugmentationDeterminismTests
{
    private static Dictionary<string, TransformPipeline> Pipelines { get; } = new()
    {
        ["geometry"] = TransformPipeline.Empty.RandomAffine(30, 0.2, 0.2, 0.8, 1.2, 10, 10).RandomPerspective().RandomVerticalFlip().RandomRotation(20),
        ["colors"] = TransformPipeline.Empty.RandomGrayscale(0.5).RandomInvert().RandomPosterize(3).RandomSolarize(100).RandomEqualize()
            .RandomAutoContrast().RandomSharpness(2).GaussianBlur(5),
        ["erasing"] = TransformPipeline.Empty.RandomErasing(0.9, fill: ErasingFill.Random).RandomErasing(0.9),
        ["TrivialAugmentWide"] = TransformPipeline.Empty.TrivialAugmentWide(),
        ["RandAugment"] = TransformPipeline.Empty.RandAugment(),
        ["AutoAugment"] = TransformPipeline.Empty.AutoAugment(),
        ["AutoAugment of CIFAR-10"] = TransformPipeline.Empty.AutoAugment(AutoAugmentPolicy.Cifar10),
        ["AutoAugment of SVHN"] = TransformPipeline.Empty.AutoAugment(AutoAugmentPolicy.Svhn),
        ["jitter and flips"] = TransformPipeline.Empty.ColorJitter(0.4, 0.4, 0.4, 0.2).RandomHorizontalFlip().RandomVerticalFlip(),
        ["AugMix"] = TransformPipeline.Empty.AugMix(),
    };

    public static TheoryData<string> Names => [.. Pipelines.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Batches_AtAnyNumberOfWorkersSizeAndOrder_HoldTheSameImages(string name)
    {
        Dictionary<int, string> expected = Hashes(name, epoch: 1, new BatchLoaderOptions { Workers = 0, BatchSize = 24, Seed = 7 });

        Assert.Equal(expected, Hashes(name, epoch: 1, new BatchLoaderOptions { Workers = 1, BatchSize = 9, Seed = 7 }));
        Assert.Equal(expected, Hashes(name, epoch: 1, new BatchLoaderOptions { Workers = 4, BatchSize = 5, Seed = 7 }));
        Assert.Equal(expected, Hashes(name, epoch: 1, new BatchLoaderOptions { Workers = 2, BatchSize = 7, Seed = 7, Sampler = new Backwards() }));
        Assert.NotEqual(expected, Hashes(name, epoch: 2, new BatchLoaderOptions { Workers = 0, Seed = 7 }));
        Assert.NotEqual(expected, Hashes(name, epoch: 1, new BatchLoaderOptions { Workers = 0, Seed = 8 }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_LongNarrowImage_KeepsItsSize(string name)
    {
        foreach ((int width, int height) in new[] { (1, 5000), (5000, 1), (160, 120) })
        {
            PixelBuffer result = Pipelines[name].Apply(new PixelBuffer(width, height), seed: 1, epoch: 1, sample: 3);
            Assert.Equal((width, height), (result.Width, result.Height));
        }
    }

    [Fact]
    public void Verbs_ArgumentsOutOfRange_AreRefusedByName()
    {
        TransformPipeline none = TransformPipeline.Empty;
        (string, Func<TransformPipeline>)[] wrong =
        [
            ("probability", () => none.RandomVerticalFlip(1.5)), ("bits", () => none.RandomPosterize(9)), ("threshold", () => none.RandomSolarize(-1)),
            ("factor", () => none.RandomSharpness(double.NaN)), ("kernelSize", () => none.GaussianBlur(4)), ("kernelSize", () => none.GaussianBlur(257)),
            ("minimumSigma", () => none.GaussianBlur(5, 0)), ("degrees", () => none.RandomAffine(181)), ("translateX", () => none.RandomAffine(translateX: 2)),
            ("minimumScale", () => none.RandomAffine(minimumScale: 0)), ("maximumScale", () => none.RandomAffine(maximumScale: 101)),
            ("shearX", () => none.RandomAffine(shearX: 81)), ("distortion", () => none.RandomPerspective(1.1)), ("fill", () => none.RandomErasing(fill: (ErasingFill)9)),
            ("maximumArea", () => none.RandomErasing(maximumArea: 1.1)), ("bins", () => none.TrivialAugmentWide(1)), ("operations", () => none.RandAugment(33)),
            ("magnitude", () => none.RandAugment(magnitude: 31)), ("policy", () => none.AutoAugment((AutoAugmentPolicy)7)), ("severity", () => none.AugMix(11)),
            ("chains", () => none.AugMix(chains: 17)), ("depth", () => none.AugMix(depth: 0)), ("alpha", () => none.AugMix(alpha: 0)),
        ];

        Assert.All(wrong, entry => Assert.Equal(entry.Item1, Assert.Throws<ArgumentOutOfRangeException>(() => { entry.Item2(); }).ParamName));
    }

    [Fact]
    public void RandomErasing_OfEachFill_ErasesARectangleOfTheRightColor()
    {
        PixelBuffer image = TestImages.Uniform(40, 30, 200, 100, 50);
        var erased = new PixelColor(1, 2, 3);

        PixelBuffer color = TransformPipeline.Empty.RandomErasing(1, 0.1, 0.1, fill: ErasingFill.Color, color: erased).Apply(image, 0, 1, 0);
        PixelBuffer mean = TransformPipeline.Empty.RandomErasing(1, 0.1, 0.1).Apply(image, 0, 1, 0);
        PixelBuffer random = TransformPipeline.Empty.RandomErasing(1, 0.1, 0.1, fill: ErasingFill.Random).Apply(image, 0, 1, 0);

        (int X, int Y)[] places = [.. Places(image).Where(at => TestImages.Get(color, at.X, at.Y) == (1, 2, 3))];
        Assert.InRange(places.Length, 100, 140);
        Assert.Equal(places.Length, (places.Max(at => at.X) - places.Min(at => at.X) + 1) * (places.Max(at => at.Y) - places.Min(at => at.Y) + 1));
        Assert.Equal(image.Pixels.ToArray(), mean.Pixels.ToArray()); // of one color, which is its mean
        Assert.True(Places(image).Count(at => TestImages.Get(random, at.X, at.Y) != (200, 100, 50)) > 90);
    }

    [Fact]
    public void RandomAffine_ManySamples_StaysWithinItsBounds()
    {
        PixelBuffer image = new(101, 101);
        TestImages.Set(image, 50, 50, 255, 0, 0);
        TransformPipeline moved = TransformPipeline.Empty.RandomAffine(translateX: 0.2, translateY: 0.1);

        (int X, int Y)[] found = [.. Enumerable.Range(0, 200).Select(sample => moved.Apply(image, 0, 1, sample))
            .Select(result => Places(result).Single(at => TestImages.Get(result, at.X, at.Y).Red > 0))];

        Assert.InRange(found.Min(at => at.X), 30, 35);
        Assert.InRange(found.Max(at => at.X), 65, 70);
        Assert.InRange(found.Min(at => at.Y), 40, 43);
        Assert.InRange(found.Max(at => at.Y), 57, 60);
    }

    private static IEnumerable<(int X, int Y)> Places(PixelBuffer image) =>
        from y in Enumerable.Range(0, image.Height) from x in Enumerable.Range(0, image.Width) select (x, y);

    private static Dictionary<int, string> Hashes(string name, int epoch, BatchLoaderOptions options)
    {
        var source = new InMemoryDataset(Enumerable.Range(0, 24).Select(index => new LabeledImage(DrawnImage.Png(variant: index), index % 2 == 0 ? "a" : "b")));
        var loader = new BatchLoader(source, Pipelines[name], ChannelStatistics.ImageNet, new ImageReader(new SkiaImageDecoder()), options);
        var hashes = new Dictionary<int, string>();
        foreach (Batch batch in loader.GetBatches(epoch))
        {
            using (batch)
            {
                for (int index = 0; index < batch.Count; index++)
                {
                    using TorchSharp.torch.Tensor image = batch.Images[index].contiguous();
                    hashes[batch.Indices[index]] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(image.bytes));
                }
            }
        }
        return new Dictionary<int, string>(hashes.OrderBy(entry => entry.Key));
    }

    private sealed class Backwards : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, TransferLearning.Randomness.RandomStream random) =>
            [.. Enumerable.Range(0, samples.Count).Reverse()];
    }
}
