using TorchSharp;
using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Formats;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Published;

/// <summary>Networks for images of other than three channels, from building over loading to computing.</summary>
public sealed class WithChannelsTests
{
    public static TheoryData<string, string> Networks => new()
    {
        { "resnet18", "conv1.weight" },
        { "mobilenet_v2", "features.0.0.weight" },
        { "tf_efficientnet_lite0", "conv_stem.weight" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Open_ColourWeightsForOneChannel_SumsRedGreenAndBlue(string name, string weight)
    {
        using Backbone colour = Filled(name);

        using Backbone grey = Adapted(colour, channels: 1);

        double[] expected = [.. Numbers.Of(colour.Network, weight).Chunk(Area(colour, weight)).Chunk(3)
            .SelectMany(channels => channels[0].Select((red, i) => red + channels[1][i] + channels[2][i]))];
        AssertClose(expected, Numbers.Of(grey.Network, weight));
        foreach (string other in colour.Network.state_dict().Keys.Where(key => key != weight))
            Assert.Equal(Numbers.Of(colour.Network, other), Numbers.Of(grey.Network, other));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Open_ColourWeightsForFiveChannels_RepeatsThemScaled(string name, string weight)
    {
        using Backbone colour = Filled(name);

        using Backbone five = Adapted(colour, channels: 5);

        double[] expected = [.. Numbers.Of(colour.Network, weight).Chunk(Area(colour, weight)).Chunk(3)
            .SelectMany(channels => new[] { channels[0], channels[1], channels[2], channels[0], channels[1] }.SelectMany(kernel => kernel.Select(value => value * 3 / 5)))];
        AssertClose(expected, Numbers.Of(five.Network, weight));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(13)]
    public void Open_WeightsOfSoManyChannels_TakesThemAsTheyAre(int channels)
    {
        using var folder = new TemporaryFolder();
        PretrainedBackbone pretrained = Pretrained.ResNet18().WithRandomWeights().WithChannels(channels);
        using Backbone first = BackboneLoader.Open(pretrained, outputCount: 2, seed: 1);
        string path = Save(first, folder.File("own.safetensors"));

        using Backbone again = BackboneLoader.Open(pretrained.WithWeights(path), outputCount: null, seed: 2);

        Assert.Equal([64, channels, 7, 7], first.Network.state_dict()["conv1.weight"].shape);
        foreach (string key in first.Network.state_dict().Keys)
            Assert.Equal(Numbers.Of(first.Network, key), Numbers.Of(again.Network, key));
    }

    [Fact]
    public void Open_AdaptedWeightsWithANewHead_ReportsWhatWasLoadedAndSkipped()
    {
        using Backbone colour = Filled("resnet18");
        using StateDict weights = NetworkWeights.Of(colour.Network);
        weights.Rename(name => name.StartsWith("fc.") ? null : name);
        PretrainedBackbone grey = Pretrained.ResNet18().WithChannels(1);
        using var backbone = new Backbone(grey.Build(), grey.Info);

        LoadReport report = BackboneLoader.Fill(backbone, weights, outputCount: 2, seed: 1);

        Assert.Equal(weights.Keys.Order(), report.Loaded.Order());
        Assert.Equal(["fc.bias", "fc.weight"], report.Skipped.Order());
    }

    [Fact]
    public void Open_WeightsOfYetOtherChannels_AreRefused()
    {
        using var folder = new TemporaryFolder();
        using Backbone two = BackboneLoader.Open(Pretrained.ResNet18().WithRandomWeights().WithChannels(2), outputCount: null, seed: 1);
        string path = Save(two, folder.File("two.safetensors"));

        var error = Assert.Throws<WeightsMismatchException>(() => BackboneLoader.Open(Pretrained.ResNet18().WithWeights(path).WithChannels(5), outputCount: null, seed: 1));

        Assert.Contains("conv1.weight", error.Message);
    }

    [Fact]
    public void Build_NetworkOfOnesOwn_IsAdaptedWithTheWeightsItHas()
    {
        PretrainedBackbone pretrained = Own(() => new Convolution2d(3, 4, kernel: 3)).WithChannels(6);

        using Backbone backbone = BackboneLoader.Open(pretrained, outputCount: null, seed: 1);

        double[][] kernels = [.. Numbers.Of(backbone.Network, "body.weight").Chunk(9)];
        Assert.Equal(4 * 6, kernels.Length);
        Assert.All(kernels.Chunk(6), channels => Assert.Equal(channels[..3], channels[3..]));
        using Tensor images = zeros(2, 6, 8, 8);
        using Tensor logits = backbone.Forward(images);
        Assert.Equal([2, 5], logits.shape);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Dispose_OfAnAdaptedNetwork_LeavesNoTensorBehind(int channels)
    {
        using var folder = new TemporaryFolder();
        string path;
        using (Backbone colour = Filled("resnet18"))
            path = Save(colour, folder.File("colour.safetensors"));
        PretrainedBackbone pretrained = Pretrained.ResNet18().WithWeights(path).WithChannels(channels);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        BackboneLoader.Open(pretrained, outputCount: null, seed: 1).Dispose();

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
    }

    [Fact]
    public void Build_NetworkThatCannotBeAdapted_IsRefusedAndFreed()
    {
        nn.Module<Tensor, Tensor>? built = null;
        PretrainedBackbone own = Own(() => nn.Conv2d(3, 4, kernel_size: 3));
        PretrainedBackbone watched = (own with { Build = () => built = own.Build() }).WithChannels(1);

        var error = Assert.Throws<InvalidOperationException>(watched.Build);

        Assert.Equal("tiny cannot be adapted to 1 channels: its first parameter of four axes is not the weight of a Convolution2d over three channels.", error.Message);
        Assert.All(built!.parameters(), parameter => Assert.True(parameter.IsInvalid));
    }

    [Fact]
    public void Forward_ImagesOfOtherChannels_SaysHowManyItTakes()
    {
        using Backbone backbone = BackboneLoader.Open(Pretrained.ResNet18().WithRandomWeights().WithChannels(1), outputCount: 2, seed: 1);
        using Tensor images = zeros(1, 3, 32, 32);

        var error = Assert.Throws<ArgumentException>(() => backbone.Forward(images));

        Assert.StartsWith("resnet18 takes a batch of images of 1 channels, [N, 1, H, W]; this is [1, 3, 32, 32].", error.Message);
    }

    [Fact]
    public void WithChannels_SaidAgain_IsRefusedUnlessEqual()
    {
        PretrainedBackbone grey = Pretrained.ResNet18().WithChannels(1);

        Assert.Same(grey, grey.WithChannels(1));
        Assert.Throws<InvalidOperationException>(() => grey.WithChannels(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => grey.WithChannels(0));
    }

    private static PretrainedBackbone Own(Func<nn.Module<Tensor, Tensor>> convolution) => Pretrained.From(
        () => nn.Sequential(("body", convolution()), ("norm", nn.BatchNorm2d(4)), ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("head", nn.Linear(4, 5))),
        TinyNetwork.Info);

    private static Backbone Filled(string name)
    {
        PretrainedBackbone pretrained = Pretrained.ByName(name);
        var backbone = new Backbone(pretrained.Build(), pretrained.Info);
        FilledWeights.Fill(backbone.Network);
        return backbone;
    }

    private static Backbone Adapted(Backbone colour, int channels)
    {
        using var folder = new TemporaryFolder();
        string path = Save(colour, folder.File("colour.safetensors"));
        return BackboneLoader.Open(Pretrained.ByName(colour.Info.Name).WithWeights(path).WithChannels(channels), outputCount: null, seed: 1);
    }

    private static string Save(Backbone backbone, string path)
    {
        Safetensors.Write(path, backbone.Network.state_dict().Select(entry => (entry.Key, entry.Value)));
        return path;
    }

    private static int Area(Backbone backbone, string weight) => (int)backbone.Network.state_dict()[weight].shape[2..].Aggregate((height, width) => height * width);

    private static void AssertClose(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-6));
    }
}
