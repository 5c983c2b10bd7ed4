using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>A convolution with any steps, dilations and padding, which may differ from side to side.</summary>
internal sealed class WindowConvolution : Convolution2d
{
    private readonly KernelWindow _window;

    /// <param name="weight">[outputs, inputs of a group, height, width]; owned.</param>
    /// <param name="bias">[outputs], or null; owned.</param>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="groups">Blocks of channels that see only each other.</param>
    public WindowConvolution(TorchSharp.Modules.Parameter weight, TorchSharp.Modules.Parameter? bias, KernelWindow window, long groups)
        : base(nameof(WindowConvolution), weight.shape[1] * groups, weight.shape[0], window.Kernel, window.Stride, [0, 0], window.Dilation, groups)
    {
        _window = window;
        this.weight = weight;
        if (bias is not null)
            this.bias = bias;
    }

    /// <param name="input">float [N, inputs, H, W]; borrowed.</param>
    /// <returns>[N, outputs, H', W'] in the input's number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input);
        long[] sides = _window.PaddingOf(input.shape[2], input.shape[3]);
        if (sides[0] == sides[2] && sides[1] == sides[3])
            return Convolve(input, sides[..2]);

        // The larger of two sides on both, at a step of 1, would give more; zeros are written only where they must be.
        using Tensor padded = nn.functional.pad(input, [sides[1], sides[3], sides[0], sides[2]]);
        return Convolve(padded, [0, 0]);
    }

    private protected override object GraphPadding => _window.Description;
}
