using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Tests.Transforms;

/// <summary>What <see cref="ITransform"/> asks of every implementation, held by all built-in ones.</summary>
public sealed class TransformContractTests
{
    private static Dictionary<string, ITransform> BuiltIn { get; } = new()
    {
        ["Resize"] = new Resize(20),
        ["Resize exactly"] = new Resize(64, 11, Interpolation.Bicubic),
        ["CenterCrop"] = new CenterCrop(16),
        ["CenterCrop with padding"] = new CenterCrop(100, 20),
        ["RandomResizedCrop"] = new RandomResizedCrop(24, 32),
        ["RandomHorizontalFlip"] = new RandomHorizontalFlip(),
        ["ColorJitter"] = new ColorJitter(0.4, 0.4, 0.4, 0.1),
        ["RandomRotation"] = new RandomRotation(45),
        ["RandomRotation bilinear"] = new RandomRotation(45, SamplingFilter.Bilinear),
        ["RandomAffine"] = new RandomAffine(30, 0.2, 0.3, 0.5, 2, 20, 10),
        ["RandomAffine bilinear"] = new RandomAffine(180, 1, 1, 0.01, 100, 80, 80, SamplingFilter.Bilinear),
        ["RandomPerspective"] = new RandomPerspective(1, 1),
        ["RandomPerspective nearest"] = new RandomPerspective(0.5, 0.5, SamplingFilter.Nearest),
        ["RandomErasing"] = new RandomErasing(1),
        ["RandomErasing at random"] = new RandomErasing(1, 0.2, 1, 0.1, 10, ErasingFill.Random),
        ["GaussianBlur"] = new GaussianBlur(65, 0.01, 100),
        ["Grayscale"] = RandomAdjustment.Grayscale(0.5),
        ["Vertical flip"] = RandomAdjustment.VerticalFlip(0.5),
        ["Sharpness"] = RandomAdjustment.AdjustSharpness(2, 0.5),
        ["Equalize"] = RandomAdjustment.Equalize(0.5),
        ["AutoContrast"] = RandomAdjustment.AutoContrast(0.5),
        ["TrivialAugmentWide"] = new TrivialAugmentWide(),
        ["RandAugment"] = new RandAugment(operations: 4, magnitude: 30),
        ["AutoAugment"] = new AutoAugment(AutoAugmentPolicy.Svhn),
        ["AugMix"] = new AugMix(severity: 10, chains: 5),
        ["CornerCrop"] = new CornerCrop(16, atRight: true, atBottom: true),
        ["Lambda"] = new Lambda((image, random) => random.NextInt32(2) == 0 ? image : new PixelBuffer(3, 3)),
    };

    public static TheoryData<string> Names => [.. BuiltIn.Keys];

    [Fact]
    public void BuiltIn_EveryImplementation_IsAmongThem()
    {
        IEnumerable<Type> implementations = typeof(ITransform).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ITransform)));

        Assert.Equal(implementations.OrderBy(type => type.Name), BuiltIn.Values.Select(transform => transform.GetType()).Distinct().OrderBy(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_AnyTransform_LeavesTheInputAsItIs(string name)
    {
        PixelBuffer image = TestImages.Noise(47, 33);

        for (int sample = 0; sample < 20; sample++)
            BuiltIn[name].Apply(image, new RandomStream(1, sample));

        Assert.Equal(TestImages.Noise(47, 33).Pixels.ToArray(), image.Pixels.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_FromManyThreads_GivesWhatOneThreadGives(string name)
    {
        PixelBuffer image = TestImages.Noise(47, 33);
        byte[][] expected = [.. Enumerable.Range(0, 20).Select(Result)];

        Parallel.For(0, 20, sample => Assert.Equal(expected[sample], Result(sample)));

        byte[] Result(int sample) => BuiltIn[name].Apply(image, new RandomStream(1, sample)).Pixels.ToArray();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_ImageOfAnyShape_Works(string name)
    {
        foreach ((int width, int height) in new[] { (1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (1, 60), (60, 1), (3, 90) })
        {
            for (int sample = 0; sample < 6; sample++)
            {
                PixelBuffer result = BuiltIn[name].Apply(TestImages.Noise(width, height), new RandomStream(1, sample));
                Assert.True(result.Width >= 1 && result.Height >= 1);
            }
        }
    }

    [Fact]
    public void BuiltIn_EveryType_HasNoMutableState()
    {
        foreach (Type type in BuiltIn.Values.Select(transform => transform.GetType()).Distinct())
        {
            Assert.True(type.IsSealed, $"{type.Name} is not sealed");
            Assert.All(
                type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public),
                field => Assert.True(field.IsInitOnly, $"{type.Name}.{field.Name} can change"));
        }
    }
}
