using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting;

// Pools over maps [N, channels, ...].
internal static partial class OnnxOperators
{
    private static string MaxPool(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        (long[] kernel, long[] stride, long[] padding) = Window(node);
        long[] dilation = Along(node, "dilation", kernel.Length);
        return graph.Add(
            "MaxPool", inputs,
            [("kernel_shape", kernel), ("strides", stride), ("dilations", dilation), .. Ends(graph, node, kernel, stride, padding, dilation)]);
    }

    // PyTorch counts its padding, but never what a last window reaches beyond it.
    private static string AveragePool(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        if (node.Operation.Attributes.ContainsKey("divisor"))
            throw OnnxGraphBuilder.Refused(node, "divides by a number of its own; ONNX divides by the number of values");

        (long[] kernel, long[] stride, long[] padding) = Window(node);
        bool countsPadding = Flag(node, "countPadding") && padding.Any(length => length > 0);
        string input = inputs[0];
        (string, object)[] ends = [.. Ends(graph, node, kernel, stride, padding, [.. kernel.Select(_ => 1L)])];
        if (countsPadding && Flag(node, "ceil"))
        {
            FixedShape(graph, node);
            input = graph.Add("Pad", [input, graph.Integers([0, 0, .. padding, 0, 0, .. padding])]);
            ends = [.. Ends(graph, node, kernel, stride, [.. padding.Select(_ => 0L)], [.. kernel.Select(_ => 1L)], padding)];
            countsPadding = false;
        }
        return graph.Add(
            "AveragePool", [input],
            [("kernel_shape", kernel), ("strides", stride), ("count_include_pad", countsPadding ? 1L : 0L), .. ends]);
    }

    private static string AdaptiveAveragePool(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] outputs = [.. node.Shape.Skip(2).Select(axis => axis.Length)];
        if (outputs.All(length => length == 1))
            return graph.Add("GlobalAveragePool", inputs);

        long[] lengths = FixedShape(graph, node)[2..];
        if (lengths.AsSpan().SequenceEqual(outputs))
            return inputs[0];
        if (lengths.Length != 2)
            throw OnnxGraphBuilder.Refused(node, $"pools along {lengths.Length} axes; 2 are written");
        // Rows, then columns: each output is the mean of a run of inputs, so a product with a matrix of shares.
        string rows = graph.Add("MatMul", [graph.Constant(Shares(lengths[0], outputs[0], transposed: false), outputs[0], lengths[0]), inputs[0]]);
        return graph.Add("MatMul", [rows, graph.Constant(Shares(lengths[1], outputs[1], transposed: true), lengths[1], outputs[1])]);
    }

    /// <summary>[outputs, inputs]: output i is the mean of the inputs from floor(i n / m) to before ceil((i + 1) n / m).</summary>
    private static float[] Shares(long inputs, long outputs, bool transposed)
    {
        var shares = new float[inputs * outputs];
        for (long output = 0; output < outputs; output++)
        {
            long start = output * inputs / outputs, end = ((output + 1) * inputs + outputs - 1) / outputs;
            for (long input = start; input < end; input++)
                shares[transposed ? input * outputs + output : output * inputs + input] = 1f / (end - start);
        }
        return shares;
    }

    private static (long[] Kernel, long[] Stride, long[] Padding) Window(GraphNode node)
    {
        int axes = node.Inputs[0].Shape.Count - 2;
        return (Along(node, "kernel", axes), Along(node, "stride", axes), Along(node, "padding", axes));
    }

    /// <summary>
    /// Where rounding up lets a last window reach beyond the padding, and the sizes are known, the padding behind is what it reaches: frameworks
    /// do not agree on the rounding itself.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The pool.</param>
    /// <param name="kernel">Its window.</param>
    /// <param name="stride">Its steps.</param>
    /// <param name="padding">What is before and behind.</param>
    /// <param name="dilation">The distances within the window.</param>
    /// <param name="padded">By how much the input was made larger at either side.</param>
    private static IEnumerable<(string, object)> Ends(
        OnnxGraphBuilder graph, GraphNode node, long[] kernel, long[] stride, long[] padding, long[] dilation, long[]? padded = null)
    {
        if (!Flag(node, "ceil"))
            return [("pads", (long[])[.. padding, .. padding])];
        if (graph.HasDynamicSize)
            return [("pads", (long[])[.. padding, .. padding]), ("ceil_mode", 1L)];

        long[] behind = [.. kernel.Select((side, axis) =>
        {
            long reached = (node.Shape[2 + axis].Length - 1) * stride[axis] - padding[axis] + (side - 1) * dilation[axis] + 1;
            return Math.Max(0, reached - node.Inputs[0].Shape[2 + axis].Length - 2 * (padded?[axis] ?? 0));
        })];
        return [("pads", (long[])[.. padding, .. behind])];
    }

    /// <summary>The steps, the padding before and behind the axes, and the distances of a convolution over maps of some lengths.</summary>
    internal static (long[] Stride, long[] Pads, long[] Dilation) WindowOf(GraphNode convolution, long[] lengths)
    {
        long[] kernel = KernelOf(convolution);
        long[] stride = Along(convolution, "stride", kernel.Length), dilation = Along(convolution, "dilation", kernel.Length);
        return (stride, Attribute<object>(convolution, "padding") switch
        {
            long[] sides when sides.Length == 2 * kernel.Length => sides,
            long[] => [.. Along(convolution, "padding", kernel.Length), .. Along(convolution, "padding", kernel.Length)],
            object rule => SamePads(lengths, kernel, stride, dilation, isLower: rule is "same_lower"),
        }, dilation);
    }

    private static long[] KernelOf(GraphNode convolution) => [.. convolution.Tensors.First(tensor => tensor.Key == "weight").Shape.Skip(2)];

    private static long[] SamePads(long[] lengths, long[] kernel, long[] stride, long[] dilation, bool isLower)
    {
        long[] total = [.. kernel.Select((side, axis) =>
        {
            long outputs = (lengths[axis] + stride[axis] - 1) / stride[axis];
            return Math.Max(0, (outputs - 1) * stride[axis] + (side - 1) * dilation[axis] + 1 - lengths[axis]);
        })];
        long[] smaller = [.. total.Select(length => length / 2)], larger = [.. total.Select(length => length - length / 2)];
        return isLower ? [.. larger, .. smaller] : [.. smaller, .. larger];
    }
}
