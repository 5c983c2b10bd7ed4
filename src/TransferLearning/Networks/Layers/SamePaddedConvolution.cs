using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// A square convolution without bias, zero-padded as TensorFlow pads "SAME" (ONNX: SAME_UPPER): the output is the input divided
/// by the stride, rounded up, and an odd row or column of padding goes below or to the right.
/// </summary>
/// <remarks>How much padding that takes depends on the input's size, so a fixed padding cannot stand in for it at a stride above 1.</remarks>
public sealed class SamePaddedConvolution : Convolution2d
{
    /// <summary>Makes the layer; its weights are drawn as PyTorch draws a convolution's.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">The kernel's side.</param>
    /// <param name="stride">The step, equal in both directions.</param>
    /// <param name="groups">Blocks of channels that see only each other; as many as channels makes it depthwise.</param>
    /// <param name="device">Where the weights lie; absent: the default device.</param>
    public SamePaddedConvolution(long inputs, long outputs, long kernel, long stride = 1, long groups = 1, Device? device = null)
        : base(nameof(SamePaddedConvolution), inputs, outputs, (kernel, kernel), stride, padding: (0, 0), groups, bias: false, device)
    {
    }

    /// <summary>Convolves.</summary>
    /// <param name="input">float [N, inputs, H, W]; borrowed.</param>
    /// <returns>float [N, outputs, ceil(H / stride), ceil(W / stride)]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input has another number of dimensions or channels.</exception>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input);

        long vertical = TotalPadding(input.shape[2], kernel_size[0], stride[0]);
        long horizontal = TotalPadding(input.shape[3], kernel_size[1], stride[1]);
        if (vertical % 2 == 0 && horizontal % 2 == 0)
            return Convolve(input, [vertical / 2, horizontal / 2]);

        long above = vertical / 2, left = horizontal / 2;
        using Tensor padded = nn.functional.pad(input, [left, horizontal - left, above, vertical - above]);
        return Convolve(padded, [0, 0]);
    }

    private protected override object GraphPadding => "same_upper";

    // The last output starts at (ceil(size / stride) - 1) * stride and reaches a kernel further.
    private static long TotalPadding(long size, long kernel, long stride) =>
        Math.Max(0, ((size + stride - 1) / stride - 1) * stride + kernel - size);
}
