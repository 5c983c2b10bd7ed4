using TransferLearning.Importing.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Operators;

/// <summary>Pools over windows and over whole maps.</summary>
internal static class Pools
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
        (Window window, long[] shape) = Plan(node);
        return new OnnxLayer(shape, [0], _ => new WindowMaxPool(window));
    }

    private static OnnxLayer Average(OnnxNode node)
    {
        (Window window, long[] shape) = Plan(node);
        if (window.Dilation.Any(step => step != 1))
            throw node.Refused("has dilations, which are not supported of means");
        (_, _, long height, long width) = Shapes.Maps(node);
        bool isWhole = window.Rule is null && window.Padding.All(side => side == 0) && window.Kernel[0] == height && window.Kernel[1] == width;
        bool countsPadding = node.Integer("count_include_pad", 0) != 0;
        return new OnnxLayer(shape, [0], _ => new WindowAveragePool(window, countsPadding)) { IsGlobalMean = isWhole };
    }

    private static OnnxLayer GlobalAverage(OnnxNode node)
    {
        (long images, long channels, _, _) = Shapes.Maps(node);
        return new OnnxLayer([images, channels, 1, 1], [0], _ => nn.AdaptiveAvgPool2d(1)) { IsGlobalMean = true };
    }

    private static OnnxLayer GlobalMax(OnnxNode node)
    {
        (long images, long channels, _, _) = Shapes.Maps(node);
        return new OnnxLayer([images, channels, 1, 1], [0], _ => new Elementwise("GlobalMaxPool", maps => maps.amax([2, 3], keepdim: true)));
    }

    private static (Window, long[] Shape) Plan(OnnxNode node)
    {
        (long images, long channels, long height, long width) = Shapes.Maps(node);
        long[] kernel = [.. node.IntegerList("kernel_shape") ?? throw node.Refused("says no kernel_shape")];
        Window window = Windows.Of(node, kernel, node.Integer("ceil_mode", 0) != 0);
        if (window.Rule is null && (window.Padding[0] >= kernel[0] || window.Padding[2] >= kernel[0] || window.Padding[1] >= kernel[1] || window.Padding[3] >= kernel[1]))
            throw node.Refused($"has pads {Shapes.Text(window.Padding)} that a kernel {Shapes.Text(kernel)} would see nothing but");
        (long high, long wide) = Windows.Output(node, window, height, width);
        return (window, [images, channels, high, wide]);
    }
}
