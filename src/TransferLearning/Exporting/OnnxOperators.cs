using TransferLearning.Exporting.Quantization;
using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting;

/// <summary>How the operations of a <see cref="NetworkGraph"/> are written in ONNX, by name: the built-in mappings. A user's own go the same way.</summary>
internal static partial class OnnxOperators
{
    public static IReadOnlyDictionary<string, OnnxOperatorMapping> BuiltIn { get; } = new Dictionary<string, OnnxOperatorMapping>(Imported)
    {
        ["Parameter"] = (graph, node, _) => graph.Weight(node, "value"),
        ["Identity"] = Same,
        ["Dropout"] = Same,
        ["StochasticDepth"] = Same,
        ["Add"] = (graph, _, inputs) => graph.Add("Add", inputs),
        ["Multiply"] = (graph, _, inputs) => graph.Add("Mul", inputs),
        ["Narrow"] = Narrow,
        ["Select"] = (graph, node, inputs) =>
            graph.Add("Gather", [inputs[0], graph.Integer(Number(node, "index"))], ("axis", Number(node, "axis"))),
        ["Permute"] = (graph, node, inputs) => Transpose(graph, inputs[0], Numbers(node, "axes")),
        ["Flatten"] = Flatten,
        ["Linear"] = (graph, node, inputs) =>
            graph.Quantized is null ? Linear(graph, node, inputs[0], "", node.Inputs[0].Shape.Count) : LinearOfRows(graph, node, inputs[0]),
        ["Convolution"] = Convolution,
        ["BatchNormalization"] = BatchNormalization,
        ["LayerNormalization"] = LayerNormalization,
        ["Relu"] = (graph, _, inputs) => graph.Add("Relu", inputs),
        ["Relu6"] = (graph, _, inputs) => graph.Add("Clip", [inputs[0], graph.Number(0), graph.Number(6)]),
        ["Silu"] = (graph, _, inputs) => graph.Add("Mul", [inputs[0], graph.StoredBetween(graph.Add("Sigmoid", inputs), ActivationRange.Unit)]),
        ["Hardswish"] = (graph, _, inputs) => graph.Add("HardSwish", inputs),
        ["Hardsigmoid"] = (graph, _, inputs) => graph.Add("HardSigmoid", inputs, ("alpha", 1.0 / 6), ("beta", 0.5)),
        ["Gelu"] = (graph, node, inputs) => graph.Add("Gelu", inputs, ("approximate", Flag(node, "approximate") ? "tanh" : "none")),
        ["Sigmoid"] = (graph, _, inputs) => graph.Add("Sigmoid", inputs),
        ["Tanh"] = (graph, _, inputs) => graph.Add("Tanh", inputs),
        ["MaxPool"] = MaxPool,
        ["AveragePool"] = AveragePool,
        ["AdaptiveAveragePool"] = AdaptiveAveragePool,
        ["GlobalAveragePool"] = (graph, _, inputs) => graph.Add("Flatten", [graph.StoredBetween(graph.Add("GlobalAveragePool", inputs))], ("axis", 1L)),
        ["ChannelShuffle"] = ChannelShuffle,
        ["EmbedTokens"] = EmbedTokens,
        ["JoinNeighbors"] = JoinNeighbors,
        ["Partition"] = Partition,
        ["Departition"] = Departition,
        ["MultiHeadAttention"] = MultiHeadAttention,
        ["RelativeAttention"] = RelativeAttention,
        ["WindowAttention"] = (graph, node, inputs) => Windows(graph, node, inputs[0], cosine: false),
        ["CosineWindowAttention"] = (graph, node, inputs) => Windows(graph, node, inputs[0], cosine: true),
    };

    private static long Number(GraphNode node, string name) => Attribute<long>(node, name);

    private static double Real(GraphNode node, string name) => Attribute<double>(node, name);

    private static bool Flag(GraphNode node, string name) => Attribute<bool>(node, name);

    private static long[] Numbers(GraphNode node, string name) => Attribute<long[]>(node, name);

    private static T Attribute<T>(GraphNode node, string name) =>
        node.Operation.Attributes.GetValueOrDefault(name) is T value
            ? value
            : throw OnnxGraphBuilder.Refused(node, $"has no attribute '{name}' of type {typeof(T).Name}");

    /// <summary>A number for each of some axes, of which PyTorch lets one stand for all.</summary>
    private static long[] Along(GraphNode node, string name, int axes) =>
        Numbers(node, name) is [long one] ? [.. Enumerable.Repeat(one, axes)] : Numbers(node, name);

    /// <summary>The lengths of the input for one image, where they are the same for every image.</summary>
    private static long[] FixedShape(OnnxGraphBuilder graph, GraphNode node) =>
        graph.HasDynamicSize && node.Inputs[0].Shape.Any(axis => axis.FollowsImage)
            ? throw OnnxGraphBuilder.Refused(node, "computes otherwise for each size of images: export without dynamic height and width")
            : [.. node.Inputs[0].Shape.Select(axis => axis.Length)];

    private static string Same(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs) => inputs[0];

    private static string Transpose(OnnxGraphBuilder graph, string value, params long[] axes) => graph.Add("Transpose", [value], ("perm", axes));

    /// <summary>-1 is whatever is left, 0 the length of that axis before.</summary>
    private static string Reshape(OnnxGraphBuilder graph, string value, params long[] shape) => graph.Add("Reshape", [value, graph.Integers(shape)]);

    private static string Slice(OnnxGraphBuilder graph, string value, long axis, long start, long end) =>
        graph.Add("Slice", [value, graph.Integers(start), graph.Integers(end), graph.Integers(axis)]);

    private static string Narrow(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long start = Number(node, "start");
        return Slice(graph, inputs[0], Number(node, "axis"), start, start + Number(node, "length"));
    }

    private static string Flatten(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        int rank = node.Inputs[0].Shape.Count;
        long start = (Number(node, "start") + rank) % rank, end = (Number(node, "end") + rank) % rank;
        if (start == 1 && end == rank - 1)
            return graph.Add("Flatten", inputs, ("axis", 1L));
        if (start > 0 && end == rank - 1)
            return Reshape(graph, inputs[0], [.. Enumerable.Repeat(0L, (int)start), -1]);
        FixedShape(graph, node);
        return Reshape(graph, inputs[0], [.. node.Shape.Select(axis => axis.FollowsBatch ? -1 : axis.Length)]);
    }

    /// <summary>The weight keeps its name and shape, [outputs, inputs]; a runtime turns it around once, when it loads the file.</summary>
    private static string Linear(OnnxGraphBuilder graph, GraphNode node, string input, string layer, int rank)
    {
        string weight = graph.Weight(node, $"{layer}weight");
        string? bias = graph.FindWeight(node, $"{layer}bias");
        return Linear(graph, input, weight, bias, rank);
    }

    private static string Linear(OnnxGraphBuilder graph, string input, string weight, string? bias, int rank)
    {
        if (rank == 2)
            return graph.Add("Gemm", bias is null ? [input, weight] : [input, weight, bias], ("transB", 1L));
        string product = graph.Add("MatMul", [input, Transpose(graph, weight, 1, 0)]);
        return bias is null ? product : graph.Add("Add", [product, bias]);
    }

    // One product of matrices for tokens, too: it takes a bias of 32 bits and a scale for each output.
    private static string LinearOfRows(OnnxGraphBuilder graph, GraphNode node, string input)
    {
        if (node.Shape.Count == 2)
            return Linear(graph, node, input, "", rank: 2);
        FixedShape(graph, node);
        string rows = graph.Stored(Reshape(graph, input, -1, node.Inputs[0].Shape[^1].Length), graph.Quantized!.Input);
        string products = graph.StoredBetween(Linear(graph, node, rows, "", rank: 2));
        return Reshape(graph, products, [-1, .. node.Shape.Skip(1).Select(axis => axis.Length)]);
    }

    private static string Convolution(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        if (node.Operation.Attributes.TryGetValue("paddingMode", out object? mode))
            throw OnnxGraphBuilder.Refused(node, $"pads by '{mode}'; ONNX's convolution pads with zeros");

        string weight = graph.Weight(node, "weight");
        long[] kernel = KernelOf(node);
        (long[] stride, long[] pads, long[] dilation) = WindowOf(node, [.. node.Inputs[0].Shape.Skip(2).Select(axis => axis.Length)]);
        string? bias = graph.FindWeight(node, "bias");
        return graph.Add(
            "Conv", bias is null ? [inputs[0], weight] : [inputs[0], weight, bias],
            ("kernel_shape", kernel), ("strides", stride), ("dilations", dilation), ("group", Number(node, "groups")), Padding(graph, node, pads));
    }

    // A rule is written as one where the padding that follows from it depends on the size.
    private static (string, object) Padding(OnnxGraphBuilder graph, GraphNode node, long[] pads) => Attribute<object>(node, "padding") switch
    {
        "same_lower" => Sides(node),
        "same" or "same_upper" => graph.HasDynamicSize ? ("auto_pad", "SAME_UPPER") : ("pads", pads),
        long[] => ("pads", pads),
        object rule => throw OnnxGraphBuilder.Refused(node, $"pads by the rule '{rule}'; known are 'same' and 'same_upper'"),
    };

    // A variance can be too small for float16, or too large.
    private static string BatchNormalization(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs) => graph.InFloat32(inputs, exact =>
    {
        string mean = graph.Weight(node, "running_mean"), variance = graph.Weight(node, "running_var");
        long[] shape = [.. node.Tensors.First(tensor => tensor.Key == "running_mean").Shape];
        return graph.Add(
            "BatchNormalization", [exact[0], Scale(graph, node, shape), Shift(graph, node, shape), mean, variance], ("epsilon", Real(node, "epsilon")));
    });

    private static string LayerNormalization(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long axis = Number(node, "axis");
        int rank = node.Inputs[0].Shape.Count;
        long first = axis < 0 ? rank + axis : axis;
        long[] last = [.. Enumerable.Range(0, rank).Where(other => other != first).Select(other => (long)other), first];
        // An axis counted from the front is normalized alone, one counted from the end with all behind it.
        if (axis > 0 && first < rank - 1)
        {
            string normalized = Normalize(Transpose(graph, inputs[0], last), [node.Inputs[0].Shape[(int)first].Length], -1);
            return Transpose(graph, normalized, [.. Enumerable.Range(0, rank).Select(other => (long)Array.IndexOf(last, other))]);
        }
        return Normalize(inputs[0], [.. node.Inputs[0].Shape.Skip((int)first).Select(length => length.Length)], axis);

        string Normalize(string value, long[] shape, long from) => graph.Add(
            "LayerNormalization", [value, Scale(graph, node, shape), Shift(graph, node, shape)], ("axis", from), ("epsilon", Real(node, "epsilon")));
    }

    private static string Scale(OnnxGraphBuilder graph, GraphNode node, long[] shape) => graph.FindWeight(node, "weight") ?? Filled(graph, 1, shape);

    private static string Shift(OnnxGraphBuilder graph, GraphNode node, long[] shape) => graph.FindWeight(node, "bias") ?? Filled(graph, 0, shape);

    private static string Filled(OnnxGraphBuilder graph, float value, params long[] shape) =>
        graph.Constant([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (product, length) => product * length))], shape);

    private static string ChannelShuffle(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long channels = node.Inputs[0].Shape[1].Length;
        long[] inTurn = [.. Enumerable.Range(0, (int)(2 * channels)).Select(index => index / 2 + index % 2 * channels)];
        string joined = graph.StoredBetween(graph.Add("Concat", inputs, ("axis", 1L)));
        return graph.Add("Gather", [joined, graph.Integers(inTurn)], ("axis", 1L));
    }
}
