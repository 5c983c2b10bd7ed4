using Extending;
using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks.Layers;

/// <summary>A weight with a low-rank update, which every reader of the weight must see.</summary>
public sealed class IWeightedLayerTests
{
    private const int Side = 32;

    [Theory]
    [InlineData("resnet18", "layer1.0.conv1", false)]
    [InlineData("resnet18", "layer1.0.conv1", true)]
    [InlineData("tf_efficientnet_lite0", "blocks.1.0.conv_dw", true)]
    [InlineData("vit_ti_16", "encoder.layers.encoder_layer_1.self_attention", false)]
    [InlineData("vit_ti_16", "encoder.layers.encoder_layer_1.mlp.0", false)]
    [InlineData("swin_v2_t", "features.1.0.attn.qkv", false)]
    [InlineData("resnet18", "fc", false)]
    [InlineData("vit_ti_16", "heads.head", false)]
    [InlineData("squeezenet1_1", "classifier.1", false)]
    public void Parametrization_OfALayer_IsSeenInForwardFoldingAndGraph(string name, string path, bool held)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Backbone updated = DrawnWeights.Open(name, Side), merged = DrawnWeights.Open(name, Side);
        updated.Network.eval();
        merged.Network.eval();
        Tensor images = FilledWeights.Input(updated.Info.Preprocessing.CropTo);
        Tensor before = updated.Forward(images);
        IWeightedLayer layer = Find(updated, path);
        layer.Parametrization = Update(layer);
        Find(merged, path).Weight.copy_(layer.EffectiveWeight);

        using IDisposable hold = updated.Hold(held ? WeightsHeld.All : WeightsHeld.None), holdToo = merged.Hold(held ? WeightsHeld.All : WeightsHeld.None);
        Tensor output = updated.Forward(images);

        Assert.Equal(merged.Forward(images).data<float>().ToArray(), output.data<float>().ToArray());
        Assert.NotEqual(before.data<float>().ToArray(), output.data<float>().ToArray());
        NetworkGraph graph = NetworkGraph.Trace(updated);
        Assert.Equal(NetworkGraph.Trace(merged).Nodes.Select(node => $"{node} {node.Tensors.Count}"), graph.Nodes.Select(node => $"{node} {node.Tensors.Count}"));
        GraphTensor weight = graph.Nodes.SelectMany(node => node.Tensors).Single(tensor => tensor.Shape.SequenceEqual(layer.Weight.shape) && tensor.Name.StartsWith(path + "."));
        Assert.Equal(Find(merged, path).Weight.data<float>().ToArray(), weight.Read().data<float>().ToArray());
    }

    [Fact]
    public void Parametrization_InTraining_LearnsAndIsSavedWithTheNetwork()
    {
        using var scope = NewDisposeScope();
        using Backbone backbone = DrawnWeights.Open("resnet18", Side);
        backbone.Network.eval();
        IWeightedLayer layer = Find(backbone, "layer1.0.conv1");
        LowRankUpdate update = Update(layer);
        layer.Parametrization = update;

        backbone.Forward(FilledWeights.Input(Side).repeat(2, 1, 1, 1)).square().sum().backward();

        Assert.All(update.parameters(), parameter => Assert.NotEqual(0, parameter.grad!.abs().sum().item<float>()));
        Assert.Contains("layer1.0.conv1.parametrization.up", backbone.Network.state_dict().Keys);
        Assert.Equal("layer1", backbone.Info.StageOf("layer1.0.conv1.parametrization.up").Name);
        backbone.ComputeIn(ComputePrecision.BFloat16);      // a parametrization says whether it can

        layer.Parametrization = null;

        Assert.DoesNotContain("layer1.0.conv1.parametrization.up", backbone.Network.state_dict().Keys);
    }

    [Theory]
    [InlineData("resnet18", "fc")]
    [InlineData("squeezenet1_1", "classifier.1")]
    public void Parametrization_OfTheHead_ChangesTheFingerprintAndGoesWithTheOldHead(string name, string path)
    {
        using Backbone backbone = DrawnWeights.Open(name, Side);
        backbone.Network.eval();
        string before = NetworkFingerprint.Of(backbone);
        IWeightedLayer head = Find(backbone, path);
        head.Parametrization = Update(head);
        string during = NetworkFingerprint.Of(backbone);

        backbone.ReplaceHead(3, new RandomStream(seed: 1));

        Assert.NotEqual(before, during);
        Assert.Equal(before, NetworkFingerprint.Of(backbone));
        Assert.Null(head.Parametrization);
        Assert.Equal([3, .. head.Weight.shape[1..]], backbone.HeadWeight.shape);
        Assert.Equal(backbone.HeadLayer.parameters().Count(), head.Bias is null ? 1 : 2);
        using Tensor logits = backbone.Forward(FilledWeights.Input(Side));
        Assert.Equal([1, 3], logits.shape);
    }

    [Fact]
    public void ReplaceHead_ByALinearLayerOfTheLibrary_KeepsNamesAndOrder()
    {
        using Backbone backbone = DrawnWeights.Open("resnet18", Side);
        string[] before = [.. backbone.Network.named_parameters().Select(entry => entry.name)];
        Parameter old = backbone.HeadWeight;

        backbone.ReplaceHead(3, new RandomStream(seed: 1));

        Assert.Equal(before, backbone.Network.named_parameters().Select(entry => entry.name));
        Assert.True(old.IsInvalid);
    }

    private static IWeightedLayer Find(Backbone backbone, string path) =>
        (IWeightedLayer)backbone.Network.named_modules().Single(entry => entry.name == path).module;

    // Away from its initial zeros.
    private static LowRankUpdate Update(IWeightedLayer layer)
    {
        var update = new LowRankUpdate(layer.Weight, rank: 2);
        using IDisposable noGradient = no_grad();
        using var generator = new Generator(2);
        foreach (Parameter parameter in update.parameters())
            parameter.uniform_(-0.1, 0.1, generator);
        return update;
    }
}
