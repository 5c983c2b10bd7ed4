using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>One of them reads torch's own generator, which other tests would draw from.</summary>
[Collection(Alone.Name)]
public sealed class NetworkRandomnessTests
{
    private static readonly BackboneInfo _info = TinyNetwork.Info with { Stages = [new("stem", "body"), new("head", "head")] };

    [Fact]
    public void SeedDropout_OfAUsersNetworkOfBuiltInLayers_NamesTheirSequences()
    {
        using Backbone backbone = new(new Wrapper(), _info);
        backbone.Network.train();
        using var scope = NewDisposeScope();
        Tensor images = ones(2, 3, 8, 8);

        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        float[] first = backbone.Forward(images).data<float>().ToArray();
        backbone.SeedDropout(seed: 1, epoch: 0, step: 1);
        float[] next = backbone.Forward(images).data<float>().ToArray();
        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        float[] again = backbone.Forward(images).data<float>().ToArray();

        Assert.Equal(first, again);
        Assert.NotEqual(first, next);
    }

    [Fact]
    public void SeedDropout_OfKeyedLayersAlone_LeavesTorchsGeneratorAlone()
    {
        using Backbone backbone = new(new Wrapper(), _info);
        manual_seed(7).Dispose();
        using Tensor expected = rand(4);
        manual_seed(7).Dispose();

        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);

        using Tensor found = rand(4);
        Assert.Equal(expected.data<float>().ToArray(), found.data<float>().ToArray());
    }

    [Fact]
    public void SeedDropout_OfALayerOfOnesOwn_RestartsIt()
    {
        using var own = new OwnNoise();
        using Backbone backbone = new(nn.Sequential(("body", nn.Conv2d(3, 4, 3)), ("noise", own), ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("head", nn.Linear(4, 5))), _info);

        backbone.SeedDropout(seed: 1, epoch: 2, step: 3);

        Assert.Equal(new RandomStream(1, RandomPurpose.Dropout, 2, 3, 0).NextUInt64(), own.Given!.NextUInt64());
    }

    [Fact]
    public void SeedDropout_OfTorchsDropout_SeedsTorchsGenerator()
    {
        using Backbone backbone = new(new SmallNetwork(), SmallNetwork.Info);

        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        using Tensor first = rand(4);
        backbone.SeedDropout(seed: 1, epoch: 0, step: 0);
        using Tensor again = rand(4);

        Assert.Equal(first.data<float>().ToArray(), again.data<float>().ToArray());
    }

    private sealed class Wrapper : nn.Module<Tensor, Tensor>
    {
        private readonly Convolution2d _body = new(3, 4, kernel: 3);
        private readonly KeyedDropout _dropout = new(0.5);
        private readonly TorchSharp.Modules.Linear _head = nn.Linear(4, 5);

        public Wrapper() : base(nameof(Wrapper))
        {
            register_module("body", _body);
            register_module("dropout", _dropout);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor images) => _head.call(_dropout.call(_body.call(images)).mean([2L, 3L]));
    }

    private sealed class OwnNoise() : nn.Module<Tensor, Tensor>(nameof(OwnNoise)), IKeyedRandomness
    {
        public RandomStream? Given { get; private set; }

        public void Restart(RandomStream random) => Given = random;

        public override Tensor forward(Tensor input) => input.alias();
    }
}
