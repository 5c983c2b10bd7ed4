using TorchSharp;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting;

/// <summary>TorchSharp's own layers, which no built-in network has or has so, in ONNX Runtime: each over maps [N, 8, 8, 8].</summary>
public sealed class OnnxOperatorTests
{
    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> _layers = new()
    {
        ["average pool that rounds up and counts padding"] = () => nn.AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true),
        ["average pool that rounds up"] = () => nn.AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false),
        ["average pool"] = () => nn.AvgPool2d(3, stride: 2, padding: 1),
        ["maximum pool that rounds up"] = () => nn.MaxPool2d(3, stride: 2, padding: 1, ceil_mode: true),
        ["maximum pool with gaps"] = () => nn.MaxPool2d(2, stride: 1, dilation: 3),
        ["adaptive pool of halves"] = () => nn.AdaptiveAvgPool2d(4),
        ["adaptive pool of uneven runs"] = () => nn.AdaptiveAvgPool2d([3, 5]),
        ["convolution padded to the same size"] = () => nn.Conv2d(8, 4, 4, padding: Padding.Same, dilation: 2),
        ["convolution of valid positions"] = () => nn.Conv2d(8, 4, 3, padding: Padding.Valid),
        ["grouped convolution"] = () => nn.Conv2d(8, 4, 3, stride: 2, padding: 1, groups: 2),
        ["batch norm without weights"] = () => nn.BatchNorm2d(8, affine: false),
        ["layer norm without weights"] = () => nn.LayerNorm([8, 8], elementwise_affine: false),
        ["layer norm over two axes"] = () => nn.LayerNorm([8, 8]),
        ["GELU by tanh"] = () => nn.GELU(TorchSharp.Modules.GELU.Approximate.tanh),
        ["GELU"] = () => nn.GELU(),
        ["hard swish"] = () => nn.Hardswish(),
        ["hard sigmoid"] = () => nn.Hardsigmoid(),
    };

    public static TheoryData<string> Names => [.. _layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ExportOnnx_OfALayer_GivesItsNumbers(string layer)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Backbone network = Network(_layers[layer]());
        network.Network.eval();
        Tensor images = FilledWeights.Input(16);
        float[] expected = OnnxScene.Values(network.Forward(images));
        using Predictor model = OnnxScene.Model(network);

        model.ExportOnnx(folder.File("layer.onnx"), new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits });

        using var run = new OnnxRun(folder.File("layer.onnx"));
        float[] found = run.Compute(OnnxScene.Values(images), 1, 3, 16, 16)["logits"];
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData("TransposedConvolution")]
    [InlineData("Convolution")]
    [InlineData("AveragePool")]
    public void ExportOnnx_OfALayerThatOnnxHasNot_IsRefused(string operation)
    {
        using var folder = new TemporaryFolder();
        nn.Module<Tensor, Tensor> layer = operation switch
        {
            "Convolution" => nn.Conv2d(8, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect),
            "AveragePool" => nn.AvgPool2d(3, divisor_override: 5),
            _ => nn.ConvTranspose2d(8, 4, 3),
        };
        using Predictor model = OnnxScene.Model(Network(layer));

        var refused = Assert.Throws<NotSupportedException>(() => model.ExportOnnx(folder.File("layer.onnx")));

        Assert.Contains("'activation", refused.Message);
        Assert.Contains($"({operation})", refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExportOnnx_OfAConvolutionWithANormForEachCall_GivesItsNumbers(bool folded)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Backbone network = Network(new TwoNorms());
        network.Network.eval();
        Tensor images = FilledWeights.Input(16);
        float[] expected = OnnxScene.Values(network.Forward(images));
        using Predictor model = OnnxScene.Model(network);

        model.ExportOnnx(folder.File("layer.onnx"), new OnnxExportOptions { Input = OnnxInput.Tensor, Output = OnnxOutput.Logits, FoldBatchNorms = folded });

        using var run = new OnnxRun(folder.File("layer.onnx"));
        Assert.All(expected.Zip(run.Compute(OnnxScene.Values(images), 1, 3, 16, 16)["logits"]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Pooled behind the layer, to as many features as it gives channels; the head takes 8.
    private static Backbone Network(nn.Module<Tensor, Tensor> layer)
    {
        bool narrows = layer is TorchSharp.Modules.Convolution;
        nn.Module<Tensor, Tensor> whole = narrows ? new TransferLearning.Networks.Layers.Chain(layer, nn.Conv2d(4, 8, 1)) : layer;
        return new Backbone(ModuleNetwork.Filled(whole), ModuleNetwork.Info with { Sides = ImageSides.Exactly(16) });
    }

    private sealed class TwoNorms : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d _shared = nn.Conv2d(8, 8, 3, padding: 1);
        private readonly TorchSharp.Modules.BatchNorm2d _first = nn.BatchNorm2d(8), _second = nn.BatchNorm2d(8);

        public TwoNorms() : base(nameof(TwoNorms)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _second.call(_shared.call(_first.call(_shared.call(input))));
    }
}
