using System.Text.Json;
using TorchSharp.Modules;
using TransferLearning.Backbones;
using TransferLearning.Imaging;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Backbones;

public sealed class PretrainedTests
{
    public static TheoryData<string> TorchvisionNames => [.. Pretrained.Names.Where(name => !name.StartsWith("tf_"))];

    public static TheoryData<string> TimmNames => [.. Pretrained.Names.Where(name => name.StartsWith("tf_"))];

    [Fact]
    public void Names_Always_AreTheFactoriesNames()
    {
        PretrainedBackbone[] factories =
        [
            Pretrained.ResNet18(), Pretrained.ResNet34(), Pretrained.ResNet50(), Pretrained.ResNet101(), Pretrained.ResNet152(),
            Pretrained.MobileNetV2(),
            Pretrained.EfficientNetLite0(), Pretrained.EfficientNetLite1(), Pretrained.EfficientNetLite2(), Pretrained.EfficientNetLite3(), Pretrained.EfficientNetLite4(),
        ];

        Assert.Equal(factories.Select(factory => factory.Info.Name), Pretrained.Names);
    }

    [SkippableTheory]
    [MemberData(nameof(TorchvisionNames))]
    public void Weights_OfATorchvisionNetwork_AreTorchvisionsWithTheirPreprocessing(string name)
    {
        foreach ((string version, JsonElement expected) in ReferenceNetwork.Require(name).Weights)
        {
            PretrainedBackbone pretrained = Pretrained.ByName(name, Enum.Parse<OfficialWeights>(version.Replace("_", ""), ignoreCase: true));

            AssertPublished(expected, pretrained);
            // torchvision's Inceptions turn ImageNet's statistics into others in a layer of their own, which these lack.
            bool turned = name is "googlenet" or "inception_v3";
            Assert.Equal(turned ? new Rgb(0.5f, 0.5f, 0.5f) : Channels(expected.GetProperty("mean")), pretrained.Info.Preprocessing.Statistics.Mean);
            Assert.Equal(turned ? new Rgb(0.5f, 0.5f, 0.5f) : Channels(expected.GetProperty("std")), pretrained.Info.Preprocessing.Statistics.StandardDeviation);
            Assert.Equal(expected.GetProperty("resize_size").GetInt32(), pretrained.Info.Preprocessing.ResizeTo);
            Assert.Equal(expected.GetProperty("crop_size").GetInt32(), pretrained.Info.Preprocessing.CropTo);
            if (expected.GetProperty("default").GetBoolean())
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
        AssertPublished(expected, pretrained);
        Assert.Equal(Channels(expected.GetProperty("mean")), pretrained.Info.Preprocessing.Statistics.Mean);
        Assert.Equal(Channels(expected.GetProperty("std")), pretrained.Info.Preprocessing.Statistics.StandardDeviation);
        Assert.Equal((int)(inputSize / expected.GetProperty("crop_pct").GetDouble()), pretrained.Info.Preprocessing.ResizeTo);
        Assert.Equal(inputSize, pretrained.Info.Preprocessing.CropTo);
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

    private static void AssertPublished(JsonElement expected, PretrainedBackbone pretrained)
    {
        var published = Assert.IsType<WeightsSource.Published>(pretrained.Weights);
        string address = expected.GetProperty("url").GetString()!;
        Assert.Equal(address, published.Address.AbsoluteUri);
        Assert.EndsWith($"-{published.Sha256Prefix}.pth", address);
        Assert.Equal(8, published.Sha256Prefix.Length);

        Preprocessing preprocessing = pretrained.Info.Preprocessing;
        Assert.Equal(Enum.Parse<Interpolation>(expected.GetProperty("interpolation").GetString()!, ignoreCase: true), preprocessing.Interpolation);
    }

    private static Rgb Channels(JsonElement values) => new(values[0].GetSingle(), values[1].GetSingle(), values[2].GetSingle());
}
