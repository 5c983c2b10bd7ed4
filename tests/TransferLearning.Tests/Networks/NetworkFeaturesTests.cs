using TransferLearning.Inference;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Networks;

/// <summary>What a feature extractor gives of every built-in network.</summary>
public sealed class NetworkFeaturesTests : IDisposable
{
    private const int Side = 64;
    private const int Vector = 0;

    // By how much each stage before the head has made images smaller, by the leading part of a network's name.
    private static readonly Dictionary<string, int[]> _strides = new()
    {
        ["resne"] = [4, 4, 8, 16, 32],
        ["mobilenet_v2"] = [2, 2, 4, 8, 16, 16, 32, 32, 32],
        ["mobilenet_v3_small"] = [2, 4, 8, 16, 32, 32],
        ["mobilenetv3_small"] = [2, 4, 8, 16, 32, 32],
        ["mobilenet_v3_large"] = [2, 2, 4, 8, 16, 32, 32],
        ["mobilenetv3_large"] = [2, 2, 4, 8, 16, 32, 32],
        ["mnasnet"] = [2, 4, 8, 16, 16, 32, 32, 32],
        ["shufflenet"] = [4, 8, 16, 32, 32],
        ["tf_efficientnet_lite"] = [2, 2, 4, 8, 16, 16, 32, 32, 32],
        ["efficientnet_b"] = [2, 2, 4, 8, 16, 16, 32, 32, 32],
        ["efficientnet_v2_s"] = [2, 2, 4, 8, 16, 16, 32, 32],
        ["efficientnet_v2_m"] = [2, 2, 4, 8, 16, 16, 32, 32, 32],
        ["regnet"] = [2, 4, 8, 16, 32],
        ["convnext"] = [4, 4, 8, 16, 32],
        ["swin"] = [4, 4, 8, 16, 32],
        ["maxvit"] = [2, 4, 8, 16, 32],
        ["densenet"] = [4, 8, 16, 32, 32],
        ["googlenet"] = [8, 16, 32, 32],
        ["vgg"] = [2, 4, 8, 16, 32, Vector],
    };

    // Layers without padding cost a few pixels, so sides were counted layer by layer: of images of 64 pixels, inception's of 75.
    private static readonly Dictionary<string, int[]> _sides = new()
    {
        ["squeezenet1_0"] = [29, 14, 7, 3],
        ["squeezenet1_1"] = [31, 15, 7, 3],
        ["alexnet"] = [7, 3, 3, 3, 1, Vector],
        ["inception"] = [7, 7, 3, 1],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public NetworkFeaturesTests()
    {
        _image = _folder.File("image.png");
        File.WriteAllBytes(_image, DrawnImage.Png(Side, Side));
    }

    public static TheoryData<string> NamesOfThoseWithMaps => [.. NetworkNames.OfModerateSize.Where<string>(name => !name.StartsWith("vit"))];

    public static TheoryData<string> NamesOfThoseWithTokens => [.. NetworkNames.OfModerateSize.Where<string>(name => name.StartsWith("vit"))];

    public void Dispose() => _folder.Dispose();

    // That their number is what the metadata says is held for every network where it is opened.
    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void Features_OfAnImage_AreAsManyAsTheFactsSay(string name)
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(DrawnWeights.Find(name, Side));

        float[] features = extractor.Extract(_image);

        Assert.Equal(extractor.Info.FeatureSize, features.Length);
        Assert.All(features, feature => Assert.True(float.IsFinite(feature)));
        Assert.True(features.Distinct().Count() > 1);
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseWithMaps))]
    public void Maps_OfEachStage_HaveTheSidesThatItsStridePromises(string name)
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(BuiltForSide.Find(name, Side));

        IReadOnlyList<StageMap> maps = extractor.ExtractMaps(_image);

        Assert.Equal(extractor.Info.Stages.Select(stage => stage.Name), maps.Select(map => map.Stage));
        Assert.Equal(Sides(name, extractor.Info.Preprocessing.CropTo), maps.SkipLast(1).Select(map => map.Shape is [_, int height, int width] && height == width ? height : Vector));
        Assert.Equal(1000, maps[^1].Shape[0]);
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseWithTokens))]
    public void Maps_OfAVisionTransformer_HaveATokenForEachPatchAndOneForTheClass(string name)
    {
        using FeatureExtractor extractor = FeatureExtractor.Open(BuiltForSide.Find(name, Side));

        IReadOnlyList<StageMap> maps = extractor.ExtractMaps(_image);

        int width = extractor.Info.FeatureSize;
        Assert.Equal([[17, width], [17, width], [17, width], [17, width], [width], [1000]], maps.Select(map => map.Shape));      // 64 / 16 patches to a side
    }

    private static IEnumerable<int> Sides(string name, int side) => _sides.FirstOrDefault(entry => name.StartsWith(entry.Key)).Value
        ?? _strides.First(entry => name.StartsWith(entry.Key)).Value.Select(stride => stride == Vector ? Vector : side / stride);
}
