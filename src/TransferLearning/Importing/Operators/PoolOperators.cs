using TransferLearning.Importing.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Pools over windows and over whole maps.</summary>
internal static class PoolOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } =
    [
        new ImportedOperator("MaxPool", Max), new ImportedOperator("AveragePool", Average),
        new ImportedOperator("GlobalAveragePool", GlobalAverage), new ImportedOperator("GlobalMaxPool", GlobalMax),
    ];

    private static OnnxLayer Max(OnnxNode node)
    {
        if (node.Output > 0)
            throw node.Refused("gives indices that are used; only values are supported");
        (KernelWindow window, long[] shape) = Plan(node);
        return new OnnxLayer(shape, [0], _ => new WindowMaxPool(window));
    }

    private static OnnxLayer Average(OnnxNode node)
    {
        (KernelWindow window, long[] shape) = Plan(node);
        if (window.Dilation.Any(step => step != 1))
            throw node.Refused("has dilations, which are not supported of means");
        (_, _, long height, long width) = NodeShapes.Maps(node);
        bool isWhole = window.Rule is null && window.Padding.All(side => side == 0) && window.Kernel[0] == height && window.Kernel[1] == width;
        bool countsPadding = node.Integer("count_include_pad", 0) != 0;
        return new OnnxLayer(shape, [0], _ => new WindowAveragePool(window, countsPadding)) { IsGlobalMean = isWhole };
    }

    private static OnnxLayer GlobalAverage(OnnxNode node)
    {
        (long images, long channels, _, _) = NodeShapes.Maps(node);
        return new OnnxLayer([images, channels, 1, 1], [0], _ => nn.AdaptiveAvgPool2d(1)) { IsGlobalMean = true };
    }

    private static OnnxLayer GlobalMax(OnnxNode node)
    {
        (long images, long channels, _, _) = NodeShapes.Maps(node);
        return new OnnxLayer([images, channels, 1, 1], [0], _ => new Elementwise("GlobalMaxPool", maps => maps.amax([2, 3], keepdim: true)));
    }

    private static (KernelWindow, long[] Shape) Plan(OnnxNode node)
    {
        (long images, long channels, long height, long width) = NodeShapes.Maps(node);
        long[] kernel = [.. node.IntegerList("kernel_shape") ?? throw node.Refused("says no kernel_shape")];
        KernelWindow window = KernelWindows.Of(node, kernel, node.Integer("ceil_mode", 0) != 0);
        if (window.Padding.Index().Any(side => side.Item >= kernel[side.Index % 2]))
            throw node.Refused($"has pads {NodeShapes.Text(window.Padding)} that a kernel {NodeShapes.Text(kernel)} would see nothing but");
        (long high, long wide) = KernelWindows.Output(node, window, height, width);
        return (window, [images, channels, high, wide]);
    }
}
