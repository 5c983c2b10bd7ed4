using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>The mean of each window.</summary>
/// <param name="window">How it moves.</param>
/// <param name="countsPadding">Whether the padding that is asked for counts as zeros; what a last window reaches beyond never does.</param>
internal sealed class WindowAveragePool(KernelWindow window, bool countsPadding) : nn.Module<Tensor, Tensor>(nameof(WindowAveragePool)), IGraphLayer
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>[N, channels, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long height = input.shape[2], width = input.shape[3];
        long[] sides = window.PaddingOf(height, width);
        long[] counted = countsPadding ? window.Explicit(height, width) : [0, 0, 0, 0];
        Tensor means = Mean(MapPadding.Of(input, sides, 0));
        if (sides.AsSpan().SequenceEqual(counted))
            return means.MoveToOuterDisposeScope();

        // A mean over all of a window, zeros included, divided by the share of it that counts.
        Tensor whole = ones([1, 1, height + counted[0] + counted[2], width + counted[1] + counted[3]], input.dtype, input.device);
        Tensor shares = Mean(MapPadding.Of(whole, [.. sides.Zip(counted, (side, counts) => side - counts)], 0));
        return means.div(shares).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(window.IsSymmetric ? "AveragePool" : "WindowAveragePool",
        ("kernel", window.Kernel), ("stride", window.Stride), ("padding", window.Description), ("ceil", window.Ceil), ("countPadding", countsPadding));

    private Tensor Mean(Tensor padded) => nn.functional.avg_pool2d(padded, window.Kernel, window.Stride, [0, 0], ceil_mode: false);
}
