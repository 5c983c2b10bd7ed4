using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>The largest value of each window; padding counts as none.</summary>
/// <param name="window">How it moves.</param>
internal sealed class WindowMaxPool(KernelWindow window) : nn.Module<Tensor, Tensor>(nameof(WindowMaxPool)), IGraphLayer
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>[N, channels, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long[] sides = window.PaddingOf(input.shape[2], input.shape[3]);
        Tensor padded = MapPadding.Of(input, sides, double.NegativeInfinity);
        return nn.functional.max_pool2d(padded, window.Kernel, window.Stride, [0, 0], window.Dilation, ceil_mode: false).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(window.IsSymmetric ? "MaxPool" : "WindowMaxPool",
        ("kernel", window.Kernel), ("stride", window.Stride), ("padding", window.Description), ("dilation", window.Dilation), ("ceil", window.Ceil));
}
