using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tests.Formats;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Published;

public sealed class BackboneLoaderTests
{
    [Fact]
    public void Open_RandomWeights_DependOnTheSeedOnly()
    {
        using Backbone first = BackboneLoader.Open(Tiny(), outputCount: 2, seed: 1);
        manual_seed(99);
        using Backbone again = BackboneLoader.Open(Tiny(), outputCount: 2, seed: 1);
        using Backbone other = BackboneLoader.Open(Tiny(), outputCount: 2, seed: 2);

        foreach ((string name, Tensor parameter) in first.Network.state_dict())
            Assert.Equal(Numbers.Of(parameter), Numbers.Of(again.Network, name));
        Assert.NotEqual(Numbers.Of(first.Network, "conv.weight"), Numbers.Of(other.Network, "conv.weight"));
    }

    [Fact]
    public void Open_RandomWeights_HaveTheSpreadOfTheirLayer()
    {
        using Backbone backbone = BackboneLoader.Open(Tiny(channels: 256), outputCount: null, seed: 1);

        double[] convolution = Numbers.Of(backbone.Network, "conv.weight");
        Assert.Equal(0, convolution.Average(), 0.003);
        Assert.Equal(2.0 / (256 * 9), convolution.Average(value => value * value), 0.0001);
        Assert.All(Numbers.Of(backbone.Network, "norm.weight"), value => Assert.Equal(1, value));
        Assert.All(Numbers.Of(backbone.Network, "norm.bias"), value => Assert.Equal(0, value));
        double[] head = Numbers.Of(backbone.Network, "fc.weight");
        Assert.Equal(1.0 / 16, head.Max(Math.Abs), 0.001);
        Assert.All(Numbers.Of(backbone.Network, "fc.bias"), value => Assert.InRange(Math.Abs(value), 1e-9, 1.0 / 16));
    }

    [Theory]
    [InlineData(10, null, 10)]
    [InlineData(10, 2, 2)]
    [InlineData(5, null, 5)]
    [InlineData(5, 2, 2)]
    [InlineData(5, 10, 10)]
    public void Open_FileWithAnyHead_GivesTheClassesAskedFor(int classesOfFile, int? classes, int expected)
    {
        using var folder = new TemporaryFolder();
        string path = SaveTiny(folder, classesOfFile);

        using Backbone backbone = BackboneLoader.Open(Tiny().WithWeights(path), classes, seed: 1);

        Assert.Equal(expected, backbone.OutputCount);
        Assert.All(Numbers.Of(backbone.Network, "conv.weight"), value => Assert.Equal(0.25, value));
        if (classes is null)
            Assert.All(Numbers.Of(backbone.HeadWeight), value => Assert.Equal(0.25, value));
    }

    [Fact]
    public void Fill_FileWithoutAHead_NeedsClasses()
    {
        using var folder = new TemporaryFolder();
        using StateDict weights = WeightsFile.Read(SaveTiny(folder, 10));
        weights.Rename(name => name.StartsWith("fc.") ? null : name);
        using Backbone backbone = BackboneLoader.Open(Tiny(), outputCount: null, seed: 1);

        LoadReport report = BackboneLoader.Fill(backbone, weights, outputCount: 2, seed: 1);

        Assert.Equal(["fc.bias", "fc.weight"], report.Skipped.Order());
        Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Fill(backbone, weights, outputCount: null, seed: 1));
    }

    [Fact]
    public void Open_RenamedFile_Fits()
    {
        using var folder = new TemporaryFolder();
        string path = SaveTiny(folder, 10, name => name.Replace("conv.", "stem."));

        using Backbone backbone = BackboneLoader.Open(Tiny().WithWeights(path, WeightsRename.ByPrefix(("stem.", "conv."))), outputCount: null, seed: 1);

        Assert.All(Numbers.Of(backbone.Network, "conv.weight"), value => Assert.Equal(0.25, value));
    }

    [Fact]
    public void Open_FileThatDoesNotFit_NamesItAndFreesTheNetwork()
    {
        using var folder = new TemporaryFolder();
        string path = SaveTiny(folder, 10, name => name.Replace("conv.", "stem."));
        nn.Module<Tensor, Tensor>? built = null;
        PretrainedBackbone tiny = Tiny();
        PretrainedBackbone watched = tiny.WithWeights(path) with { Build = () => built = tiny.Build() };

        var error = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(watched, outputCount: 2, seed: 1));

        Assert.Contains(path, error.Message);
        Assert.All(built!.parameters(), parameter => Assert.True(parameter.IsInvalid));
    }

    private static PretrainedBackbone Tiny(int channels = 16) => new()
    {
        Info = new BackboneInfo
        {
            Name = "tiny",
            Head = "fc",
            FeatureSize = channels,
            Stages = [new Stage("stem", "conv", "norm"), new Stage("head", "fc")],
        },
        Build = () => Network(channels, 10),
        Weights = new WeightsSource.Random(),
    };

    private static nn.Module<Tensor, Tensor> Network(int channels, int classes) => nn.Sequential(
        ("conv", nn.Conv2d(3, channels, 3, bias: false)),
        ("norm", nn.BatchNorm2d(channels)),
        ("pool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("fc", nn.Linear(channels, classes)));

    private static string SaveTiny(TemporaryFolder folder, int classes, Func<string, string>? rename = null)
    {
        string path = folder.File("tiny.safetensors");
        using nn.Module network = Network(16, classes);
        using var scope = NewDisposeScope();
        Safetensors.Write(path, network.state_dict().Select(entry => (rename?.Invoke(entry.Key) ?? entry.Key, full_like(entry.Value, 0.25))));
        return path;
    }
}
