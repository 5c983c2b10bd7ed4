using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Exporting.Quantization;

/// <summary>
/// The weights of a convolution or a linear layer in 8 bits with a sign, one scale for each output channel, zero stored as zero, and its bias in 32
/// bits at the product of the scales of inputs and weights.
/// </summary>
/// <remarks>
/// Sources: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018, sections 2.4 and 3;
/// Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference: A whitepaper", arXiv:1806.08342, section 3.1.1.
/// </remarks>
internal sealed class QuantizedLayer
{
    private const int Largest = sbyte.MaxValue, LargestReduced = 63;

    // A sum of products is added to it in 32 bits.
    private const double LargestBias = 1 << 29;

    // The product of two scales must still be a normal number.
    private const float SmallestScale = 1e-20f;

    private readonly GraphNode _node;

    private QuantizedLayer(GraphNode node, ActivationRange input, sbyte[] weights, float[] scales, int[]? bias)
    {
        _node = node;
        Input = input;
        (Weights, Scales, Bias) = (weights, scales, bias);
    }

    /// <summary>How what it takes is stored.</summary>
    public ActivationRange Input { get; }

    /// <summary>The stored weights, in the order of the tensor.</summary>
    public sbyte[] Weights { get; }

    /// <summary>One for each output channel, the first axis of the weights.</summary>
    public float[] Scales { get; }

    /// <summary>One for each output channel.</summary>
    public int[]? Bias { get; }

    /// <summary>By what a stored bias is multiplied.</summary>
    public float[] BiasScales => Array.ConvertAll(Scales, scale => Input.Scale * scale);

    /// <summary>Rounds weights and bias of a layer, halves to the even neighbor.</summary>
    /// <param name="node">A convolution, with its norm folded into it, or a linear layer.</param>
    /// <param name="input">How what it takes is stored.</param>
    /// <param name="reducedRange">Whether weights take 7 bits.</param>
    public static QuantizedLayer Of(GraphNode node, ActivationRange input, bool reducedRange)
    {
        int largest = reducedRange ? LargestReduced : Largest;
        using var scope = NewDisposeScope();
        Tensor weight = Read(node, "weight")!;
        double[] maxima = weight.abs().flatten(1).amax([1]).data<double>().ToArray();
        double[]? bias = Read(node, "bias")?.data<double>().ToArray();
        float[] scales = [.. maxima.Select((maximum, channel) => ScaleOf(maximum / largest, Math.Abs(bias?[channel] ?? 0), input.Scale))];

        long[] perOutput = [scales.Length, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
        Tensor steps = weight.div(tensor(Array.ConvertAll(scales, scale => (double)scale), perOutput)).round();
        return new QuantizedLayer(
            node, input, steps.to(ScalarType.Int8).contiguous().data<sbyte>().ToArray(), scales,
            bias is null ? null : [.. bias.Select((value, channel) => (int)Math.Round(value / ((double)input.Scale * scales[channel])))]);
    }

    /// <summary>What the layer gives with these weights, before it is stored in 8 bits itself.</summary>
    /// <param name="input">What it takes, as it is once it was stored; borrowed.</param>
    /// <returns>A new tensor, of the caller's dispose scope.</returns>
    public Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        long[] shape = [.. _node.Tensors.First(tensor => tensor.Key == "weight").Shape];
        Tensor scales = tensor(Scales, [Scales.Length, .. Enumerable.Repeat(1L, shape.Length - 1)]);
        Tensor weight = tensor(Weights, shape).to(ScalarType.Float32).mul(scales).to(input.device);
        Tensor? bias = Bias is null ? null : tensor(Array.ConvertAll(Bias, value => (double)value)).mul(
            tensor(Array.ConvertAll(BiasScales, scale => (double)scale))).to(ScalarType.Float32).to(input.device);
        return (_node.Operation.Name == "Linear" ? nn.functional.linear(input, weight, bias) : Convolve(input, weight, bias)).MoveToOuterDisposeScope();
    }

    private Tensor Convolve(Tensor input, Tensor weight, Tensor? bias)
    {
        (long[] stride, long[] pads, long[] dilation) = OnnxOperators.WindowOf(_node, [.. input.shape[2..]]);
        Tensor padded = nn.functional.pad(input, [pads[1], pads[3], pads[0], pads[2]]);
        return nn.functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, (long)_node.Operation.Attributes["groups"]);
    }

    // A channel whose weights are as good as zero has a scale at which its bias can be stored.
    private static float ScaleOf(double wanted, double bias, float input) => Math.Max((float)Math.Max(wanted, bias / input / LargestBias), SmallestScale);

    private static Tensor? Read(GraphNode node, string key) =>
        node.Tensors.FirstOrDefault(tensor => tensor.Key == key)?.Read().to(ScalarType.Float64).cpu().contiguous();
}
