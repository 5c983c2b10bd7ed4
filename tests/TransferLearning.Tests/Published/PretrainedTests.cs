using System.Text.Json;
using TorchSharp.Modules;
using TransferLearning.Imaging;
using TransferLearning.Published;
using TransferLearning.Tests.Networks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Published;

public sealed class PretrainedTests
{
    public static TheoryData<string> TorchvisionNames => [.. Pretrained.Names.Where(name => !name.StartsWith("tf_"))];

    public static TheoryData<string> TimmNames => [.. Pretrained.Names.Where(name => name.StartsWith("tf_"))];

    [Fact]
    public void Names_Always_AreTheFactoriesNames()
    {
        Assert.Equal(Pretrained.Names.Select(PretrainedFactories.Spelling).Order(StringComparer.Ordinal), PretrainedFactories.Spellings.Order(StringComparer.Ordinal));
        Assert.All(Pretrained.Names, name => Assert.Equal(name, PretrainedFactories.Call(name).Info.Name));
    }

    [SkippableTheory]
    [MemberData(nameof(TorchvisionNames))]
    public void Weights_OfATorchvisionNetwork_AreTorchvisionsWithTheirPreprocessing(string name)
    {
        foreach ((string version, JsonElement entry) in ReferenceNetwork.Require(name).Weights)
        {
            WeightsEntry expected = WeightsEntry.OfTorchvision(name, version, entry);

            PretrainedBackbone pretrained = Pretrained.ByName(name, expected.Version);

            Assert.Equal(expected, WeightsEntry.Of(pretrained));
            AssertHashed(pretrained);
            if (expected.IsDefault)
                Assert.Equal(pretrained.Weights, Pretrained.ByName(name).Weights);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(TimmNames))]
    public void Weights_OfATimmNetwork_AreTimmsWithTheirPreprocessing(string name)
    {
        JsonElement expected = Assert.Single(ReferenceNetwork.Require(name).Weights).Value;

        PretrainedBackbone pretrained = Pretrained.ByName(name);

        int inputSize = expected.GetProperty("input_size")[1].GetInt32();
        Assert.Equal(expected.GetProperty("url").GetString(), AssertHashed(pretrained).Address.AbsoluteUri);
        Preprocessing preprocessing = pretrained.Info.Preprocessing;
        Assert.Equal(Enum.Parse<Interpolation>(expected.GetProperty("interpolation").GetString()!, ignoreCase: true), preprocessing.Interpolation);
        Assert.Equal(WeightsEntry.Channels(expected.GetProperty("mean")), preprocessing.Statistics.Mean);
        Assert.Equal(WeightsEntry.Channels(expected.GetProperty("std")), preprocessing.Statistics.StandardDeviation);
        Assert.Equal(ReferenceNetwork.Require(name).Parameters, pretrained.Published!.Parameters);
        Assert.Equal(expected.GetProperty("license").GetString(), pretrained.Published.License, ignoreCase: true);
        Assert.Equal((int)(inputSize / expected.GetProperty("crop_pct").GetDouble()), preprocessing.ResizeTo);
        Assert.Equal(inputSize, preprocessing.CropTo);
        Assert.Equal(expected.GetProperty("classifier").GetString(), pretrained.Info.Head);
    }

    [Fact]
    public void ByName_WeightsThatDoNotExist_NamesThoseThatDo()
    {
        var error = Assert.Throws<ArgumentException>(() => Pretrained.ResNet18(OfficialWeights.ImageNet1KV2));

        Assert.Equal("resnet18 has no weights 'ImageNet1KV2'. It has: ImageNet1KV1.", error.Message);
    }

    [Theory]
    [InlineData("ResNet50", "resnet50")]
    [InlineData("resnet-101", "resnet101")]
    [InlineData("mobilenetv2", "mobilenet_v2")]
    [InlineData("efficientnet_lite3", "tf_efficientnet_lite3")]
    public void ByName_Mistyped_NamesTheNearestAndAllOthers(string mistyped, string nearest)
    {
        var error = Assert.Throws<ArgumentException>(() => Pretrained.ByName(mistyped));

        Assert.StartsWith($"No built-in network is called '{mistyped}'. Did you mean '{nearest}'? There are: resnet18, resnet34, ", error.Message);
    }

    [Fact]
    public void ByNeed_EachChoice_IsTheMostAccurateForItsOperations()
    {
        foreach (PublishedBackbone choice in new[] { Pretrained.Fast(), Pretrained.Balanced(), Pretrained.Accurate() }.Select(pretrained => pretrained.Published!))
        {
            IEnumerable<PublishedBackbone> affordable = Pretrained.Catalog.Where(published => published.Gflops <= choice.Gflops && published.License != "CC-BY-NC-4.0");

            Assert.Equal(choice, affordable.MaxBy(published => published.Top1Accuracy));
        }
    }

    [Fact]
    public void Catalog_Always_HoldsOneDefaultOfEachNetworkAndOpensAsItSays()
    {
        Assert.Equal(Pretrained.Names, Pretrained.Catalog.Where(published => published.IsDefault).Select(published => published.Name));
        Assert.All(Pretrained.Catalog, published => Assert.Equal(published, Pretrained.ByName(published.Name, published.Weights).Published));
        Assert.All(Pretrained.Catalog, published => Assert.Equal(Pretrained.ByName(published.Name).Info.FeatureSize, published.Features));
    }

    [Fact]
    public void Published_OfOtherWeightsOrChannels_IsUnknown()
    {
        Assert.Equal(69.758, Pretrained.ResNet18().Published!.Top1Accuracy);
        Assert.Null(Pretrained.ResNet18().WithRandomWeights().Published);
        Assert.Null(Pretrained.ResNet18().WithWeights("other.pth").Published);
        Assert.Null(Pretrained.ResNet18().WithChannels(1).Published);
        Assert.Null(Pretrained.From(TinyNetwork.Build, TinyNetwork.Info).Published);
    }

    [Fact]
    public void From_Network_HandsItOverOnce()
    {
        using Sequential network = TinyNetwork.Build();
        PretrainedBackbone pretrained = Pretrained.From(network, TinyNetwork.Info);

        Assert.Same(network, pretrained.Build());
        Assert.IsType<WeightsSource.AsBuilt>(pretrained.Weights);
        var error = Assert.Throws<InvalidOperationException>(() => (pretrained with { Weights = new WeightsSource.Random() }).Build());
        Assert.StartsWith("tiny was opened before", error.Message);
    }

    [Fact]
    public void From_Function_BuildsEachTime()
    {
        PretrainedBackbone pretrained = Pretrained.From(TinyNetwork.Build, TinyNetwork.Info);

        using nn.Module<Tensor, Tensor> first = pretrained.Build();
        using nn.Module<Tensor, Tensor> second = pretrained.Build();

        Assert.NotSame(first, second);
        Assert.IsType<WeightsSource.AsBuilt>(pretrained.Weights);
    }

    // A file's name tells the first digits of its hash.
    private static WeightsSource.Published AssertHashed(PretrainedBackbone pretrained)
    {
        var published = Assert.IsType<WeightsSource.Published>(pretrained.Weights);
        Assert.Matches("^[0-9a-f]{8,10}$", published.Sha256Prefix);
        Assert.EndsWith($"-{published.Sha256Prefix}.pth", published.Address.AbsoluteUri);
        return published;
    }
}
