using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

public sealed class BackboneTests
{
    [Fact]
    public void Constructor_HeadThatIsNotLinear_NamesTheLinearLayers()
    {
        using Sequential network = TinyNetwork.Build();

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, TinyNetwork.Info with { Head = "body" }));

        Assert.Equal("The head 'body' of tiny is not a linear layer of the network. Its linear layers: head.", error.Message);
    }

    [Fact]
    public void Constructor_WrongFeatureSize_SaysBothSizes()
    {
        using Sequential network = TinyNetwork.Build();

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, TinyNetwork.Info with { FeatureSize = 5 }));

        Assert.Equal("The head 'head' of tiny takes 4 features; the metadata says 5.", error.Message);
    }

    [Fact]
    public void Constructor_OverlappingStages_NamesBoth()
    {
        using Sequential network = TinyNetwork.Build();
        BackboneInfo info = TinyNetwork.Info with { Stages = [new("stem", "body"), new("layer1", "body.weight"), new("head", "head")] };

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, info));

        Assert.Equal("'body.weight' of tiny must lie in one stage; it lies in stem and layer1.", error.Message);
    }

    [Fact]
    public void Constructor_UncoveredBuffer_IsRefused()
    {
        using Sequential network = TinyNetwork.Build();
        BackboneInfo info = TinyNetwork.Info with { Stages = [new("stem", "body", "norm.weight", "norm.bias"), new("head", "head")] };

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, info));

        Assert.Matches(@"^'norm\.\w+' of tiny must lie in one stage; it lies in none\.$", error.Message);
    }

    [Fact]
    public void Constructor_StageWithoutParameters_NamesItsPrefixes()
    {
        using Sequential network = TinyNetwork.Build();
        BackboneInfo info = TinyNetwork.Info with { Stages = [new("stem", "body", "norm"), new("layer9", "layer9"), new("head", "head")] };

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, info));

        Assert.Equal("Stage 'layer9' of tiny holds no parameter of the network; its prefixes: layer9.", error.Message);
    }

    [Fact]
    public void Constructor_LastStageWithMoreThanTheHead_IsRefused()
    {
        using Sequential network = TinyNetwork.Build();
        BackboneInfo info = TinyNetwork.Info with { Stages = [new("stem", "body"), new("top", "norm", "head")] };

        var error = Assert.Throws<ArgumentException>(() => new Backbone(network, info));

        Assert.Equal("The last stage of tiny, 'top', must hold the head 'head' alone; it holds 'norm.weight'.", error.Message);
    }

    [Fact]
    public void ReplaceHead_ToAnotherClassCount_DrawsWeightsWithinTheBoundFromTheStream()
    {
        using Backbone backbone = TinyNetwork.Open();
        using Backbone same = TinyNetwork.Open();
        using Backbone other = TinyNetwork.Open();

        backbone.ReplaceHead(7, new RandomStream(seed: 1));
        same.ReplaceHead(7, new RandomStream(seed: 1));
        other.ReplaceHead(7, new RandomStream(seed: 2));

        float[] weights = backbone.HeadWeight.data<float>().ToArray();
        Assert.Equal([7, 4], backbone.HeadWeight.shape);
        Assert.Equal([7], backbone.HeadBias!.shape);
        Assert.Equal(7, backbone.OutputCount);
        Assert.Equal(7, ((TorchSharp.Modules.Linear)backbone.HeadLayer).out_features);
        Assert.All(weights, weight => Assert.InRange(weight, -0.5f, 0.5f));     // 1 / sqrt(4 features)
        Assert.Equal(weights, same.HeadWeight.data<float>().ToArray());
        Assert.NotEqual(weights, other.HeadWeight.data<float>().ToArray());
    }

    [Fact]
    public void ReplaceHead_OnFrozenNetwork_GivesAHeadThatLearns()
    {
        using Backbone backbone = TinyNetwork.Open();
        foreach (Parameter parameter in backbone.Network.parameters())
            parameter.requires_grad = false;

        backbone.ReplaceHead(2, new RandomStream(seed: 1));

        Assert.Equal(["head.weight", "head.bias"],
            backbone.Network.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name));
    }

    [Fact]
    public void ReplaceHead_ToNoClasses_Throws()
    {
        using Backbone backbone = TinyNetwork.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => backbone.ReplaceHead(0, new RandomStream(seed: 1)));
    }

    [Theory]
    [InlineData(new long[] { 3, 8, 8 }, "[3, 8, 8]")]
    [InlineData(new long[] { 1, 1, 8, 8 }, "[1, 1, 8, 8]")]
    public void Forward_WrongShape_SaysTheShape(long[] shape, string inMessage)
    {
        using Backbone backbone = TinyNetwork.Open();
        using Tensor images = zeros(shape);

        var error = Assert.Throws<ArgumentException>(() => backbone.Forward(images));

        Assert.StartsWith($"tiny takes a batch of color images, [N, 3, H, W]; this is {inMessage}.", error.Message);
    }

    [Fact]
    public void Forward_OfANetworkThatLeavesTensorsBehind_KeepsOnlyTheLogits()
    {
        using var backbone = new Backbone(new CarelessNetwork(), TinyNetwork.Info with { Stages = [new("stem", "body"), new("head", "head")] });
        using Tensor images = zeros(1, 3, 8, 8);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using Tensor logits = backbone.Forward(images);

        Assert.Equal(1, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
        Assert.Equal([1, 5], logits.shape);
    }

    [Fact]
    public void Forward_OfAHookedNetwork_CallsItsHooks()
    {
        using Backbone backbone = TinyNetwork.Open();
        int calls = 0;
        backbone.Network.register_forward_pre_hook(_ => calls++);
        using Tensor images = zeros(2, 3, 8, 8);

        backbone.Forward(images).Dispose();

        Assert.Equal(1, calls);
    }

    private sealed class CarelessNetwork : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _body = nn.Conv2d(3, 4, kernel_size: 3);
        private readonly Linear _head = nn.Linear(4, 5);

        public CarelessNetwork() : base(nameof(CarelessNetwork))
        {
            register_module("body", _body);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor images) => _head.call(_body.call(images).mean([2L, 3L]));
    }

    [Fact]
    public void Forward_OfASizeThatALayerRefuses_SaysSoInOneLine()
    {
        using var backbone = new Backbone(
            nn.Sequential(("body", nn.Conv2d(3, 4, kernel_size: 3)), ("flatten", nn.Flatten()), ("head", nn.Linear(4, 5))),
            TinyNetwork.Info with { Stages = [new("stem", "body"), new("head", "head")] });
        using Tensor images = zeros(2, 3, 8, 8);

        var failure = Assert.Throws<InvalidOperationException>(() => OwnThread.Run(() => backbone.Forward(images)));

        Assert.StartsWith("tiny cannot compute a batch of [2, 3, 8, 8]: ", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
