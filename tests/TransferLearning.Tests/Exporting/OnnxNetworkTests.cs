using TransferLearning.Tests.Networks;

namespace TransferLearning.Tests.Exporting;

/// <summary>Built-in networks in ONNX Runtime. The program's command "onnx" runs all of them.</summary>
public sealed class OnnxNetworkTests
{
    private const int Side = 64;

    [Theory]
    [MemberData(nameof(NetworkNames.OfEachFamily), MemberType = typeof(NetworkNames))]
    public void ExportOnnx_OfABuiltInNetwork_GivesItsLogitsAndFeaturesForEveryBatch(string name)
    {
        (double logits, double features) = OnnxScene.Difference(name, Side, new OnnxExportOptions());

        Assert.InRange(logits, 0, 1e-4);
        Assert.InRange(features, 0, 1e-4);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("googlenet")]
    [InlineData("densenet121")]
    [InlineData("tf_efficientnet_lite0")]
    public void ExportOnnx_WithBatchNormsFolded_GivesTheSameLogits(string name) =>
        Assert.InRange(OnnxScene.Difference(name, Side, new OnnxExportOptions { FoldBatchNorms = true }).Logits, 0, 1e-4);

    [Theory]
    [InlineData("resnet18")]
    [InlineData("googlenet")]
    [InlineData("squeezenet1_1")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("tf_efficientnet_lite0")]
    [InlineData("convnext_tiny")]
    public void ExportOnnx_WithDynamicSize_GivesTheSameLogits(string name) =>
        Assert.InRange(OnnxScene.Difference(name, Side, new OnnxExportOptions { DynamicSize = true }).Logits, 0, 1e-4);

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    [InlineData("vit_ti_16")]
    [InlineData("swin_v2_t")]
    public void ExportOnnx_InFloat16_GivesLogitsNearby(string name) =>
        Assert.InRange(OnnxScene.Difference(name, Side, new OnnxExportOptions { Precision = OnnxPrecision.Float16 }).Logits, 0, 0.01);
}
