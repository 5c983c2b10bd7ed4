using System.Globalization;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Tests.Transforms;

/// <summary>What operations and pipelines say of themselves.</summary>
public sealed class FingerprintTests
{
    /// <summary>For each operation, a way to make it and every way in which another one may differ from it by one parameter.</summary>
    private static Dictionary<string, Func<ITransform>[]> Variants { get; } = new()
    {
        ["Resize"] = [() => new Resize(20), () => new Resize(21), () => new Resize(20, Interpolation.Bicubic), () => new Resize(20, 20)],
        ["Resize exactly"] = [() => new Resize(64, 11), () => new Resize(65, 11), () => new Resize(64, 12), () => new Resize(64, 11, Interpolation.Bicubic)],
        ["CenterCrop"] = [() => new CenterCrop(16), () => new CenterCrop(17, 16), () => new CenterCrop(16, 17)],
        ["RandomResizedCrop"] =
        [
            () => Crop(), () => Crop(width: 25), () => Crop(height: 33), () => Crop(minimumArea: 0.1), () => Crop(maximumArea: 0.9),
            () => Crop(minimumRatio: Math.BitIncrement(0.75)), () => Crop(maximumRatio: Math.BitIncrement(1.25)), () => Crop(interpolation: Interpolation.Bicubic),
        ],
        ["RandomHorizontalFlip"] = [() => new RandomHorizontalFlip(), () => new RandomHorizontalFlip(Math.BitIncrement(0.5))],
        ["ColorJitter"] =
        [
            () => new ColorJitter(0.4, 0.3, 0.2, 0.1), () => new ColorJitter(0.41, 0.3, 0.2, 0.1), () => new ColorJitter(0.4, 0.31, 0.2, 0.1),
            () => new ColorJitter(0.4, 0.3, 0.21, 0.1), () => new ColorJitter(0.4, 0.3, 0.2, 0.11), () => new ColorJitter(0.3, 0.4, 0.2, 0.1),
        ],
        ["RandomRotation"] = [() => new RandomRotation(45), () => new RandomRotation(45.5), () => new RandomRotation(45, SamplingFilter.Bilinear), () => new RandomRotation(45, fill: Red)],
        ["RandomAffine"] =
        [
            () => new RandomAffine(10), () => new RandomAffine(11), () => new RandomAffine(10, 0.1), () => new RandomAffine(10, 0, 0.1),
            () => new RandomAffine(10, minimumScale: 0.5), () => new RandomAffine(10, maximumScale: 2), () => new RandomAffine(10, shearX: 5),
            () => new RandomAffine(10, shearY: 5), () => new RandomAffine(10, filter: SamplingFilter.Bilinear), () => new RandomAffine(10, fill: Red),
        ],
        ["RandomPerspective"] =
        [
            () => new RandomPerspective(), () => new RandomPerspective(0.4), () => new RandomPerspective(0.5, 0.4),
            () => new RandomPerspective(filter: SamplingFilter.Nearest), () => new RandomPerspective(fill: Red),
        ],
        ["RandomErasing"] =
        [
            () => new RandomErasing(), () => new RandomErasing(0.4), () => new RandomErasing(minimumArea: 0.03), () => new RandomErasing(maximumArea: 0.3),
            () => new RandomErasing(minimumRatio: 0.4), () => new RandomErasing(maximumRatio: 3), () => new RandomErasing(fill: ErasingFill.Random),
            () => new RandomErasing(fill: ErasingFill.Color), () => new RandomErasing(fill: ErasingFill.Color, color: Red),
        ],
        ["GaussianBlur"] =
        [
            () => new GaussianBlur(5), () => new GaussianBlur(7), () => new GaussianBlur(5, 0.2), () => new GaussianBlur(5, 0.1, 3),
            () => new GaussianBlur(5, probability: 0.5),
        ],
        ["RandomAdjustment"] =
        [
            () => RandomAdjustment.Grayscale(0.5), () => RandomAdjustment.Grayscale(0.4), () => RandomAdjustment.VerticalFlip(0.5),
            () => RandomAdjustment.Invert(0.5), () => RandomAdjustment.Equalize(0.5), () => RandomAdjustment.AutoContrast(0.5),
            () => RandomAdjustment.Posterize(4, 0.5), () => RandomAdjustment.Posterize(5, 0.5), () => RandomAdjustment.Solarize(100, 0.5),
            () => RandomAdjustment.Solarize(100.5, 0.5), () => RandomAdjustment.AdjustSharpness(2, 0.5), () => RandomAdjustment.AdjustSharpness(2.5, 0.5),
        ],
        ["TrivialAugmentWide"] =
        [
            () => new TrivialAugmentWide(), () => new TrivialAugmentWide(30), () => new TrivialAugmentWide(filter: SamplingFilter.Bilinear),
            () => new TrivialAugmentWide(fill: Red),
        ],
        ["RandAugment"] =
        [
            () => new RandAugment(), () => new RandAugment(3), () => new RandAugment(2, 10), () => new RandAugment(bins: 30),
            () => new RandAugment(filter: SamplingFilter.Bilinear), () => new RandAugment(fill: Red),
        ],
        ["AutoAugment"] =
        [
            () => new AutoAugment(), () => new AutoAugment(AutoAugmentPolicy.Cifar10), () => new AutoAugment(AutoAugmentPolicy.Svhn),
            () => new AutoAugment(filter: SamplingFilter.Bilinear), () => new AutoAugment(fill: Red),
        ],
        ["AugMix"] =
        [
            () => new AugMix(), () => new AugMix(4), () => new AugMix(chains: 4), () => new AugMix(depth: 2), () => new AugMix(alpha: 0.5),
            () => new AugMix(allOperations: false), () => new AugMix(filter: SamplingFilter.Nearest), () => new AugMix(fill: Red),
        ],
        ["CornerCrop"] = [() => new CornerCrop(16, false, false), () => new CornerCrop(17, false, false), () => new CornerCrop(16, true, false), () => new CornerCrop(16, false, true)],
    };

    private static PixelColor Red => new(255, 0, 0);

    public static TheoryData<string> Names => [.. Variants.Keys];

    [Fact]
    public void Variants_EveryBuiltInWithAFingerprint_IsAmongThem()
    {
        IEnumerable<string> builtIn = typeof(ITransform).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(ITransform)) && type != typeof(Lambda))
            .Select(type => type.Name);

        Assert.Equal(builtIn.Order(), Variants.Values.Select(makes => makes[0]().GetType().Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fingerprint_SameParameters_IsTheSame(string name) =>
        Assert.All(Variants[name], make => Assert.Equal(Words(make()), Words(make())));

    [Theory]
    [MemberData(nameof(Names))]
    public void Fingerprint_AnyParameterChanged_IsAnother(string name)
    {
        string[] words = [.. Variants[name].Select(make => Words(make()))];

        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fingerprint_InAnotherCulture_IsTheSame(string name)
    {
        string[] words = [.. Variants[name].Select(make => Words(make()))];
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "minus");
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(words, Variants[name].Select(make => Words(make())));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void IsRandom_IsTrueWhereResultsDifferAndFalseWhereTheyDoNot()
    {
        ITransform[] operations = [
            .. Variants.Values.SelectMany(makes => makes.Select(make => make())),
            new RandomHorizontalFlip(0), new RandomHorizontalFlip(1), new RandomRotation(0), new ColorJitter(),
            new ColorJitter(brightness: 0.5), new ColorJitter(contrast: 0.5), new ColorJitter(saturation: 0.5), new ColorJitter(hue: 0.5),
            new RandomAffine(), new RandomAffine(minimumScale: 2, maximumScale: 2), new RandomPerspective(distortion: 0), new RandomErasing(probability: 0),
            new GaussianBlur(5, 1, 1), RandomAdjustment.Invert(0), RandomAdjustment.Invert(1)];
        PixelBuffer image = TestImages.Noise(47, 33);
        foreach (ref byte value in image.Pixels)
            value /= 2; // or autocontrast would change nothing

        foreach (ITransform operation in operations)
        {
            int results = Enumerable.Range(0, 30).Select(sample => TestImages.Hash(operation.Apply(image, new RandomStream(1, sample)))).Distinct().Count();
            Assert.True(operation.IsRandom == results > 1, $"{operation.Fingerprint} gives {results} results");
        }
    }

    [Fact]
    public void Fingerprint_OfAnOperationThatSaysNothing_IsUnknownAndItCountsAsRandom()
    {
        ITransform lambda = new Lambda((image, _) => image);

        Assert.Null(lambda.Fingerprint);
        Assert.True(lambda.IsRandom);
        Assert.Null(TransformPipeline.Empty.Resize(8).Then(lambda).Fingerprint);
        Assert.True(TransformPipeline.Empty.Resize(8).Then(lambda).IsRandom);
    }

    [Fact]
    public void Fingerprint_OfAPipeline_NamesOperationsInOrderAndStatistics()
    {
        TransformPipeline pipeline = TransformPipeline.ForEvaluation(new Preprocessing());

        Assert.Equal(
            "Resize shorter side to 256, Bilinear\nCenterCrop 224x224\nNormalize by mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225",
            pipeline.Fingerprint);
        Assert.Equal(pipeline.Fingerprint, TransformPipeline.ForEvaluation(new Preprocessing()).Fingerprint);
        Assert.NotEqual(pipeline.Fingerprint, TransformPipeline.ForEvaluation(new Preprocessing { Statistics = ChannelStatistics.Inception }).Fingerprint);
        Assert.NotEqual(TransformPipeline.Empty.Resize(8).CenterCrop(8).Fingerprint, TransformPipeline.Empty.CenterCrop(8).Resize(8).Fingerprint);
        Assert.Equal("", TransformPipeline.Empty.Fingerprint);
    }

    [Fact]
    public void IsRandom_OfPipelines_IsTrueOfTrainingAlone()
    {
        Assert.False(TransformPipeline.Empty.IsRandom);
        Assert.False(TransformPipeline.ForEvaluation(new Preprocessing()).IsRandom);
        Assert.True(TransformPipeline.ForTraining(new Preprocessing()).IsRandom);
    }

    private static string Words(ITransform operation)
    {
        string words = Assert.IsType<string>(operation.Fingerprint);
        Assert.StartsWith(operation.GetType().Name, words);
        Assert.DoesNotContain('\n', words);
        return words;
    }

    private static RandomResizedCrop Crop(
        int width = 24, int height = 32, double minimumArea = 0.08, double maximumArea = 1, double minimumRatio = 0.75, double maximumRatio = 1.25, Interpolation interpolation = Interpolation.Bilinear) =>
        new(width, height, minimumArea, maximumArea, minimumRatio, maximumRatio, interpolation);
}
