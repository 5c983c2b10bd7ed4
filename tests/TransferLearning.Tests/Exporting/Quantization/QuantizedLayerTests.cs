using TransferLearning.Exporting.Quantization;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Exporting.Quantization;

public sealed class QuantizedLayerTests
{
    private static readonly ActivationRange _input = new(0.5f, 3);

    [Fact]
    public void Of_ALinearLayer_HasAScaleForEachOutput_AndHalvesGoToTheEvenNeighbor()
    {
        using Tensor weight = tensor(new[] { 127f, -63.5f, 0.5f, 1.5f, 0.254f, -0.0011f, 0.126f, 0f }, [2, 4]), bias = tensor([1.25f, -0.0026f]);

        QuantizedLayer layer = QuantizedLayer.Of(Node("Linear", weight, bias), _input, reducedRange: false);

        Assert.Equal([1f, 0.002f], layer.Scales.Select(scale => MathF.Round(scale, 6)));
        Assert.Equal([127, -64, 0, 2, 127, -1, 63, 0], layer.Weights.Select(value => (int)value));
        Assert.Equal(layer.Scales.Select(scale => scale / 2), layer.BiasScales);
        Assert.Equal([2, -3], layer.Bias!);              // 2.5 and -2.6 steps
    }

    [Fact]
    public void Of_AReducedRange_TakesSevenBits()
    {
        using Tensor weight = tensor(new[] { 63f, -63f, 31.5f, 1f }, [1, 4]);

        QuantizedLayer layer = QuantizedLayer.Of(Node("Linear", weight), _input, reducedRange: true);

        Assert.Equal([63, -63, 32, 1], layer.Weights.Select(value => (int)value));
        Assert.Null(layer.Bias);
    }

    [Fact]
    public void Of_AChannelWithoutWeights_StillStoresItsBias()
    {
        using Tensor weight = tensor(new[] { 0f, 0f, 1e-12f, 0f, 1f, 0f }, [3, 2]), bias = tensor([8f, -1000f, 0f]);

        QuantizedLayer layer = QuantizedLayer.Of(Node("Linear", weight, bias), _input, reducedRange: false);

        double[] found = [.. layer.Bias!.Zip(layer.BiasScales, (value, scale) => (double)value * scale)];
        Assert.Equal(8, found[0], 1e-5);
        Assert.Equal(-1000, found[1], 1e-3);
        Assert.Equal(0, found[2]);
        Assert.All(layer.Bias!, value => Assert.InRange(Math.Abs((long)value), 0, 1L << 30));
    }

    [Theory]
    [InlineData(1L, 1L, "", 2L)]
    [InlineData(4L, 2L, "", 1L)]
    [InlineData(1L, 2L, "same_upper", 1L)]
    [InlineData(1L, 2L, "same_lower", 1L)]
    public void Compute_OfAConvolution_IsThatOfItsRoundedWeights(long groups, long stride, string rule, long dilation)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor weight = randn([8, 4 / groups, 3, 3], generator: generator), bias = randn(8, generator: generator), maps = randn([2, 4, 9, 12], generator: generator);
        object padding = rule.Length > 0 ? rule : new long[] { 1 };
        GraphNode node = Node("Convolution", weight, bias, ("stride", new[] { stride }), ("padding", padding), ("dilation", new[] { dilation }), ("groups", groups));
        QuantizedLayer layer = QuantizedLayer.Of(node, _input, reducedRange: false);

        Tensor found = layer.Compute(maps);

        // A length of 12 at a step of 2 takes one zero, at the side that the rule says.
        long[] sides = rule switch { "same_upper" => [0, 1, 1, 1], "same_lower" => [1, 0, 1, 1], _ => [1, 1, 1, 1] };
        Tensor padded = nn.functional.pad(maps, sides);
        Tensor expected = nn.functional.conv2d(padded, weight, bias, [stride, stride], [0, 0], [dilation, dilation], groups);
        Assert.Equal(expected.shape, found.shape);
        Assert.InRange((found - expected).norm().item<float>() / expected.norm().item<float>(), 1e-4, 0.02);
    }

    private static GraphNode Node(string operation, Tensor weight, Tensor? bias = null, params (string, object)[] attributes) => new()
    {
        Name = "layer",
        Operation = new GraphOperation(operation, attributes),
        Inputs = [],
        Shape = [],
        Tensors = [new GraphTensor("weight", "layer.weight", weight), .. bias is null ? Array.Empty<GraphTensor>() : [new GraphTensor("bias", "layer.bias", bias)]],
        Stage = "",
        MultiplyAdds = 0,
    };
}
