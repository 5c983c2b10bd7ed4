using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Published.Timm;
using TransferLearning.Tests.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Published.Timm;

public sealed class TimmNetworksTests
{
    [SkippableTheory]
    [MemberData(nameof(TimmReference.Names), MemberType = typeof(TimmReference))]
    public void Network_FilledByTimmsNames_AgreesWithTimm(string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ReferenceNetwork reference = TimmReference.Require(name);
        TimmNetwork timm = TimmNetworks.Find(name)!;
        using Backbone backbone = Open(timm, reference.InputSize);
        using StateDict weights = Filled(timm, reference);

        LoadReport report = StateDictLoader.Load(backbone.Network, StoredWeights.Of(weights), _ => false);
        backbone.Network.eval();
        Tensor features = backbone.Forward(FilledWeights.Input(reference.InputSize), 0, backbone.HeadStage);
        float[] logits = backbone.Forward(features, backbone.HeadStage, backbone.Info.Stages.Count).data<float>().ToArray();

        Assert.Equal(weights.Count, report.Loaded.Count);
        Assert.Equal(reference.Parameters, backbone.Network.parameters().Sum(parameter => parameter.numel()));
        reference.AssertLogits(logits);
        reference.AssertFeatures(features.data<float>().ToArray());
    }

    // timm's names of families that have no reference values, written down from its state dicts.
    [Theory]
    [InlineData("mobilenetv2_100", "blocks.0.0.conv_pw.weight", "features.1.conv.1.weight")]
    [InlineData("mobilenetv2_100", "blocks.0.0.bn2.running_var", "features.1.conv.2.running_var")]
    [InlineData("mobilenetv2_100", "blocks.6.0.conv_pwl.weight", "features.17.conv.2.weight")]
    [InlineData("mobilenetv2_100", "conv_head.weight", "features.18.0.weight")]
    [InlineData("convnext_tiny", "stem.1.bias", "features.0.1.bias")]
    [InlineData("convnext_tiny", "stages.0.blocks.2.gamma", "features.1.2.layer_scale")]
    [InlineData("convnext_tiny", "stages.3.downsample.1.weight", "features.6.1.weight")]
    [InlineData("convnext_tiny", "head.norm.weight", "classifier.0.weight")]
    [InlineData("vit_base_patch16_224", "blocks.11.attn.qkv.bias", "encoder.layers.encoder_layer_11.self_attention.in_proj_bias")]
    [InlineData("resnet18", "unknown.weight", "unknown.weight")]
    [InlineData("efficientnet_b0", "blocks.0.0.conv_pwl.weight", "blocks.0.0.conv_pwl.weight")]
    public void Rename_OfATensor_GivesTheBuiltInName(string network, string timm, string expected) => Assert.Equal(expected, TimmNetworks.Find(network)!.Rename(timm));

    [Fact]
    public void MobileNetV2_RenamedKeys_AreThoseOfTheNetwork() => AssertCovered("mobilenetv2_100", MobileNetKeys());

    [Fact]
    public void ConvNeXt_RenamedKeys_AreThoseOfTheNetwork() => AssertCovered("convnext_tiny", ConvNeXtKeys());

    [Fact]
    public void Reshape_ASideOfOneMoreOrLess_GivesTheBuiltInShape()
    {
        Assert.Equal([96, 1, 1], TimmNetworks.Find("convnext_tiny")!.Reshape("features.1.0.layer_scale", [96]));
        Assert.Equal([1024, 576], TimmNetworks.Find("mobilenetv3_small_100")!.Reshape("classifier.0.weight", [1024, 576, 1, 1]));
        Assert.Equal([1024, 576, 3, 3], TimmNetworks.Find("mobilenetv3_small_100")!.Reshape("classifier.0.weight", [1024, 576, 3, 3]));
    }

    [Fact]
    public void Find_ANetworkThatComputesOtherwise_IsNull()
    {
        Assert.Null(TimmNetworks.Find("tf_efficientnet_b0"));
        Assert.Null(TimmNetworks.Find("efficientnet_b5"));
        Assert.Null(TimmNetworks.Find("resnet18d"));
    }

    private static Backbone Open(TimmNetwork timm, int side)
    {
        PretrainedBackbone pretrained = timm.Entry.At(timm.Entry.Info.Preprocessing with { CropTo = side });
        return new Backbone(pretrained.Build(), pretrained.Info);
    }

    private static StateDict Filled(TimmNetwork timm, ReferenceNetwork reference)
    {
        var weights = new StateDict();
        foreach ((string key, long[] shape) in reference.Shapes)
        {
            string name = timm.Rename(key);
            Tensor values = shape.Length == 0 ? zeros(1, dtype: ScalarType.Int64).view([]) : FilledWeights.For(key, shape);
            weights.Add(name, values.reshape(timm.Reshape(name, shape)));
        }
        return weights;
    }

    private static void AssertCovered(string name, IEnumerable<string> timmKeys)
    {
        TimmNetwork timm = TimmNetworks.Find(name)!;
        using Backbone backbone = Open(timm, 224);

        Assert.Equal(backbone.Network.named_parameters().Select(entry => entry.name).Order(StringComparer.Ordinal), timmKeys.Select(timm.Rename).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> MobileNetKeys()
    {
        int[] depths = [1, 2, 3, 4, 3, 3, 1];
        IEnumerable<string> blocks = depths.SelectMany((depth, stage) => Enumerable.Range(0, depth).SelectMany(block => (stage == 0
            ? new[] { "conv_dw", "bn1", "conv_pw", "bn2" }
            : ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]).Select(layer => $"blocks.{stage}.{block}.{layer}")));
        string[] layers = ["conv_stem", "bn1", .. blocks, "conv_head", "bn2", "classifier"];
        return layers.SelectMany(layer => layer.Contains("conv_", StringComparison.Ordinal) ? [$"{layer}.weight"] : new[] { $"{layer}.weight", $"{layer}.bias" });
    }

    private static IEnumerable<string> ConvNeXtKeys()
    {
        int[] depths = [3, 3, 9, 3];
        IEnumerable<string> scales = depths.SelectMany((depth, stage) => Enumerable.Range(0, depth).Select(block => $"stages.{stage}.blocks.{block}.gamma"));
        IEnumerable<string> blocks = depths.SelectMany((depth, stage) => Enumerable.Range(0, depth).SelectMany(block =>
            new[] { "conv_dw", "norm", "mlp.fc1", "mlp.fc2" }.Select(layer => $"stages.{stage}.blocks.{block}.{layer}")));
        IEnumerable<string> downsamples = Enumerable.Range(1, 3).SelectMany(stage => new[] { $"stages.{stage}.downsample.0", $"stages.{stage}.downsample.1" });
        string[] layers = ["stem.0", "stem.1", .. blocks, .. downsamples, "head.norm", "head.fc"];
        return [.. scales, .. layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" })];
    }
}
