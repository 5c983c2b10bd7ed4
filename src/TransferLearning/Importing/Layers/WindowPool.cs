using TorchSharp;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>The largest value of each window; padding counts as none.</summary>
/// <param name="window">How it moves.</param>
internal sealed class WindowMaxPool(Window window) : nn.Module<Tensor, Tensor>(nameof(WindowMaxPool)), IGraphLayer
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>[N, channels, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long[] sides = window.PaddingOf(input.shape[2], input.shape[3]);
        Tensor padded = Padding.Of(input, sides, double.NegativeInfinity);
        return nn.functional.max_pool2d(padded, window.Kernel, window.Stride, [0, 0], window.Dilation, ceil_mode: false).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new("MaxPool",
        ("kernel", window.Kernel), ("stride", window.Stride), ("padding", window.Description), ("dilation", window.Dilation), ("ceil", window.Ceil));
}

/// <summary>The mean of each window.</summary>
/// <param name="window">How it moves.</param>
/// <param name="countsPadding">Whether the padding that is asked for counts as zeros; what a last window reaches beyond never does.</param>
internal sealed class WindowAveragePool(Window window, bool countsPadding) : nn.Module<Tensor, Tensor>(nameof(WindowAveragePool)), IGraphLayer
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>[N, channels, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long height = input.shape[2], width = input.shape[3];
        long[] sides = window.PaddingOf(height, width);
        long[] counted = countsPadding ? window.Explicit(height, width) : [0, 0, 0, 0];
        Tensor means = Mean(Padding.Of(input, sides, 0));
        if (sides.AsSpan().SequenceEqual(counted))
            return means.MoveToOuterDisposeScope();

        // A mean over all of a window, zeros included, divided by the share of it that counts.
        Tensor ones = torch.ones([1, 1, height + counted[0] + counted[2], width + counted[1] + counted[3]], input.dtype, input.device);
        Tensor shares = Mean(Padding.Of(ones, [.. sides.Zip(counted, (side, counts) => side - counts)], 0));
        return means.div(shares).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new("AveragePool",
        ("kernel", window.Kernel), ("stride", window.Stride), ("padding", window.Description), ("ceil", window.Ceil), ("countPadding", countsPadding));

    private Tensor Mean(Tensor padded) => nn.functional.avg_pool2d(padded, window.Kernel, window.Stride, [0, 0], ceil_mode: false);
}

/// <summary>Padding of maps.</summary>
internal static class Padding
{
    /// <param name="maps">[N, channels, H, W].</param>
    /// <param name="sides">Above, left, below, right.</param>
    /// <param name="value">What is put there.</param>
    public static Tensor Of(Tensor maps, long[] sides, double value) =>
        sides.All(side => side == 0) ? maps : nn.functional.pad(maps, [sides[1], sides[3], sides[0], sides[2]], PaddingModes.Constant, value);
}
