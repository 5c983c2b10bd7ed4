using TransferLearning.Importing.Layers;

namespace TransferLearning.Importing.Operators;

/// <summary>Convolutions over maps.</summary>
internal static class ConvolutionOperators
{
    public static IReadOnlyList<IOnnxOperator> All { get; } = [new ImportedOperator("Conv", Plan)];

    private static OnnxLayer Plan(OnnxNode node)
    {
        (long images, long channels, long height, long width) = NodeShapes.Maps(node);
        if (node.Shape(1) is not [> 0 and var outputs, > 0 and var inputs, > 0 and var rows, > 0 and var columns] || !node.IsStored(1))
            throw node.Refused($"has a kernel {NodeShapes.Text(node.Shape(1))}; only stored ones of four axes are supported");
        long groups = node.Integer("group", 1);
        if (groups < 1 || inputs > channels || inputs * groups != channels || outputs % groups != 0)
            throw node.Refused($"has {groups} groups and a kernel {NodeShapes.Text(node.Shape(1))} for {channels} channels, which do not fit");
        if (node.IntegerList("kernel_shape") is { } said && !said.SequenceEqual([rows, columns]))
            throw node.Refused($"says a kernel {NodeShapes.Text(said)}, and its weights are {NodeShapes.Text(node.Shape(1))}");
        if (node.Has(2) && (!node.IsStored(2) || !node.Shape(2).SequenceEqual([outputs])))
            throw node.Refused($"has a bias {NodeShapes.Text(node.Shape(2))}; it must be stored, one number for each of {outputs} outputs");

        KernelWindow window = KernelWindows.Of(node, [rows, columns], ceil: false);
        (long high, long wide) = KernelWindows.Output(node, window, height, width);
        return new OnnxLayer(
            [images, outputs, high, wide], [0],
            weights => new WindowConvolution(weights.Parameter(1), node.Has(2) ? weights.Parameter(2) : null, window, groups))
        {
            HasWeights = true,
            MayBeOverwritten = true,
            Features = (rows, columns, groups) == (1, 1, 1) && window.Padding.All(side => side == 0) && window.Stride.All(step => step == 1)
                ? inputs
                : null,
        };
    }
}

/// <summary>Kernels' movements as nodes say them.</summary>
internal static class KernelWindows
{
    private const long Most = 1 << 12;

    public static KernelWindow Of(OnnxNode node, long[] kernel, bool ceil)
    {
        string rule = node.Text("auto_pad", "NOTSET");
        return new KernelWindow
        {
            Kernel = Checked("kernel_shape", kernel, 1),
            Stride = Checked("strides", [.. node.IntegerList("strides") ?? [1, 1]], 1),
            Dilation = Checked("dilations", [.. node.IntegerList("dilations") ?? [1, 1]], 1),
            Padding = rule is "NOTSET" or "" ? Checked("pads", [.. node.IntegerList("pads") ?? [0, 0, 0, 0]], 0, count: 4) : [0, 0, 0, 0],
            Rule = rule switch
            {
                "NOTSET" or "" or "VALID" => null,
                "SAME_UPPER" => "same_upper",
                "SAME_LOWER" => "same_lower",
                _ => throw node.Refused($"has auto_pad '{rule}'; known are NOTSET, VALID, SAME_UPPER and SAME_LOWER"),
            },
            Ceil = ceil,
        };

        long[] Checked(string name, long[] values, long least, int count = 2) => values.Length == count && values.All(value => value >= least && value <= Most)
            ? values
            : throw node.Refused($"has {name} {NodeShapes.Text(values)}; there must be {count}, from {least} to {Most}");
    }

    public static (long Height, long Width) Output(OnnxNode node, KernelWindow window, long height, long width)
    {
        (long high, long wide) = (window.Output(0, height), window.Output(1, width));
        return high > 0 && wide > 0 ? (high, wide) : throw node.Refused($"gives empty maps of {height} x {width}");
    }
}
