using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Graph;

public sealed class NetworkFingerprintTests
{
    [Fact]
    public void Fingerprint_OfTheSameOperationsWithOtherWeights_IsTheSame() =>
        Assert.Equal(Of(new Chain(stride: 2, fill: 1)), Of(new Chain(stride: 2, fill: 2)));

    [Fact]
    public void Fingerprint_OfAnotherStride_Differs() =>
        Assert.NotEqual(Of(new Chain(stride: 1, fill: 1)), Of(new Chain(stride: 2, fill: 1)));

    [Fact]
    public void Fingerprint_OfALayerThatNoTableDescribes_DiffersByItsSettings()
    {
        Assert.Equal(Of(new Chain(2, 1, nn.LeakyReLU(0.1))), Of(new Chain(2, 1, nn.LeakyReLU(0.1))));
        Assert.NotEqual(Of(new Chain(2, 1, nn.LeakyReLU(0.1))), Of(new Chain(2, 1, nn.LeakyReLU(0.2))));
        Assert.NotEqual(Of(new Chain(2, 1, nn.GroupNorm(1, 4))), Of(new Chain(2, 1, nn.GroupNorm(2, 4))));
    }

    [Fact]
    public void Fingerprint_OfAnotherNetwork_Differs()
    {
        using var another = new Backbone(new StagedSmallNetwork(), StagedSmallNetwork.Info);

        Assert.NotEqual(Of(new Chain(stride: 2, fill: 1)), NetworkFingerprint.Of(another));
    }

    private static string Of(Chain network)
    {
        using var backbone = new Backbone(network, new BackboneInfo { Name = "chain", Stages = [new Stage("stem", "stem", "active"), new Stage("head", "head")], Head = "head", FeatureSize = 4 });
        return NetworkFingerprint.Of(backbone);
    }

    private sealed class Chain : StagedNetwork
    {
        internal readonly Convolution2d stem;
        internal readonly GlobalAveragePool pool;
        internal readonly Linear head = nn.Linear(4, 2);
        internal readonly nn.Module<Tensor, Tensor> active;

        public Chain(int stride, float fill, nn.Module<Tensor, Tensor>? active = null) : base(nameof(Chain))
        {
            stem = new Convolution2d(3, 4, kernel: 3, stride: stride);
            pool = new GlobalAveragePool();
            this.active = active ?? nn.ReLU();
            RegisterComponents();
            using IDisposable noGradient = no_grad();
            using Scalar value = fill;
            stem.weight!.fill_(value);
        }

        public override IReadOnlyList<Func<Tensor, Tensor>> Steps => [images => pool.call(active.call(stem.call(images))), head.call];
    }
}
