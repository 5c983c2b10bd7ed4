using TransferLearning.Formats;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>What every built-in network keeps to where it is computed in parts, folded, or in another number format.</summary>
public sealed class NetworkPrecisionTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_InTwoPartsCutAtAnyStage_EqualsTheWhole(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone backbone = Open(name);
        Tensor images = Input(backbone);
        float[] whole = backbone.Forward(images).data<float>().ToArray();

        for (int cut = 1; cut < backbone.Info.Stages.Count; cut++)
        {
            Tensor below = backbone.Forward(images, 0, cut);
            Assert.Equal(whole, backbone.Forward(below, cut, backbone.Info.Stages.Count).data<float>().ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_BeforeTheHead_GivesFeaturesInFloat32(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone backbone = Open(name);
        backbone.ComputeIn(ComputePrecision.BFloat16);

        Tensor features = backbone.Forward(Input(backbone), 0, backbone.HeadStage);

        Assert.Equal(backbone.HeadTakesMaps ? 4 : 2, features.dim());
        Assert.Equal([1, backbone.Info.FeatureSize], features.shape[..2]);
        Assert.Equal(ScalarType.Float32, features.dtype);
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_WithFoldedBatchNorm_StaysWithinRounding(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone backbone = Open(name);
        Tensor images = Input(backbone);
        Tensor apart = backbone.Forward(images);
        bool folds = backbone.Network.modules().OfType<Convolution2d>().Any(convolution => convolution.Folding is not null);

        using IDisposable held = backbone.Hold(WeightsHeld.All);
        Tensor folded = backbone.Forward(images);

        Assert.InRange(Distance(apart, folded), folds ? double.Epsilon : 0, 1e-4); // not 0: it did fold
    }

    [Theory]
    [MemberData(nameof(NetworkNames.OfModerateSize), MemberType = typeof(NetworkNames))]
    public void Forward_InBFloat16_StaysNearFloat32(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone backbone = Open(name);
        Tensor images = Input(backbone);
        Tensor exact = backbone.Forward(images);

        backbone.ComputeIn(ComputePrecision.BFloat16);
        Tensor shortened = backbone.Forward(images);

        Assert.Equal(ScalarType.Float32, shortened.dtype);
        Assert.InRange(Distance(exact, shortened), double.Epsilon, 0.1);
    }

    [SkippableTheory]
    [InlineData("resnet18", null)]
    [InlineData("mobilenet_v2", "weights/mobilenet_v2-dc10c9e4.pth")]
    [InlineData("tf_efficientnet_lite0", "weights/efficientnet_lite0-57934424.pth")]
    public void Backward_InBFloat16_GivesFloat32GradientsNearThoseOfFloat32(string name, string? weights)
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = weights is null
            ? Open(name)
            : BackboneLoader.Open(Pretrained.ByName(name).WithWeights(ReferenceData.Require(weights), WeightsRename.ByOrder), outputCount: null, seed: 0);
        backbone.Network.eval();
        Tensor images = Input(backbone).repeat(4, 1, 1, 1);
        Dictionary<string, Tensor> exact = Gradients(backbone, images);

        backbone.ComputeIn(ComputePrecision.BFloat16);
        Dictionary<string, Tensor> shortened = Gradients(backbone, images);

        Assert.All(shortened.Values, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        Tensor exactAll = cat([.. exact.Values.Select(gradient => gradient.flatten())]);
        Tensor shortenedAll = cat([.. shortened.Values.Select(gradient => gradient.flatten())]);
        Assert.InRange(nn.functional.cosine_similarity(exactAll, shortenedAll, dim: 0).item<float>(), 0.95, 1);
    }

    [Fact]
    public void ComputeIn_BFloat16ForANetworkOfFixedFormat_NamesWhatStandsInTheWay()
    {
        using var backbone = new Backbone(new SmallNetwork(), SmallNetwork.Info);

        var error = Assert.Throws<InvalidOperationException>(() => backbone.ComputeIn(ComputePrecision.BFloat16));

        Assert.Contains("small_network", error.Message);
        backbone.ComputeIn(ComputePrecision.Auto);
        Assert.Equal(ComputePrecision.Float32, backbone.Precision);
    }

    private static Dictionary<string, Tensor> Gradients(Backbone backbone, Tensor images)
    {
        backbone.Network.zero_grad();
        nn.functional.cross_entropy(backbone.Forward(images), tensor(new long[] { 0, 1, 2, 3 })).backward();
        return backbone.Network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
    }

    private static Tensor Input(Backbone backbone) => FilledWeights.Input(backbone.Info.Preprocessing.CropTo);

    private static double Distance(Tensor one, Tensor other) => one.sub(other).norm().item<float>() / one.norm().item<float>();

    private static Backbone Open(string name)
    {
        Backbone backbone = DrawnWeights.Open(name, Side);
        backbone.Network.eval();
        return backbone;
    }
}
