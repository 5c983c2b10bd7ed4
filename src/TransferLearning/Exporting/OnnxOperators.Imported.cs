using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting;

// Operations of networks that came from ONNX files, which have the names and attributes of ONNX's operators.
internal static partial class OnnxOperators
{
    private static IEnumerable<KeyValuePair<string, OnnxOperatorMapping>> Imported =>
    [
        .. new[]
        {
            "Sub", "Div", "Pow", "Max", "Min", "MatMul", "PRelu", "Elu", "Selu", "Celu", "LeakyRelu", "Softplus", "Softsign", "Mish", "HardSigmoid", "LRN",
            "Sqrt", "Reciprocal", "Exp", "Log", "Neg", "Abs", "Erf", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "GlobalMaxPool",
        }.Select(name => KeyValuePair.Create<string, OnnxOperatorMapping>(name, Alike)),
        .. new[] { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2" }
            .Select(name => KeyValuePair.Create<string, OnnxOperatorMapping>(name, Reduce)),
        .. new Dictionary<string, OnnxOperatorMapping>
        {
            ["ReverseChannels"] = (graph, _, inputs) =>
                graph.Add("Slice", [inputs[0], graph.Integers(-1), graph.Integers(long.MinValue), graph.Integers(1), graph.Integers(-1)]),
            ["Swish"] = (graph, node, inputs) =>
                graph.Add("Mul", [inputs[0], graph.Add("Sigmoid", [graph.Add("Mul", [inputs[0], graph.Number(Real(node, "alpha"))])])]),
            ["Where"] = (graph, _, inputs) => graph.Add("Where", [graph.Add("Cast", [inputs[0]], ("to", 9L)), inputs[1], inputs[2]]),      // 9 is bool
            ["Concatenate"] = Concatenate,
            ["Clip"] = (graph, node, inputs) => graph.Add("Clip", [inputs[0], graph.Number(Real(node, "min")), graph.Number(Real(node, "max"))]),
            ["Softmax"] = WriteSoftmax,
            ["LogSoftmax"] = WriteSoftmax,
            ["Reshape"] = (graph, node, inputs) => Reshape(graph, inputs[0], Numbers(node, "shape")),
            ["Squeeze"] = (graph, node, inputs) => graph.Add("Squeeze", [inputs[0], graph.Integers(Numbers(node, "axes"))]),
            ["Unsqueeze"] = (graph, node, inputs) => graph.Add("Unsqueeze", [inputs[0], graph.Integers(Numbers(node, "axes"))]),
            ["Expand"] = (graph, node, inputs) =>
                graph.Add("Expand", [inputs[0], graph.Integers([.. Numbers(node, "shape").Select(length => length == -1 ? 1 : length)])]),
            ["Tile"] = (graph, node, inputs) => graph.Add("Tile", [inputs[0], graph.Integers(Numbers(node, "repeats"))]),
            ["Slice"] = (graph, node, inputs) => graph.Add("Slice",
            [
                inputs[0], graph.Integers(Numbers(node, "starts")), graph.Integers(Numbers(node, "ends")), graph.Integers(Numbers(node, "axes")),
                graph.Integers(Numbers(node, "steps")),
            ]),
            ["Gather"] = Gather,
            ["Pad"] = Pad,
            ["GroupNormalization"] = NormalizeGroups,
            ["InstanceNormalization"] = NormalizeGroups,
            ["WindowMaxPool"] = (graph, node, inputs) => graph.Add("MaxPool", inputs,
            [
                ("kernel_shape", Numbers(node, "kernel")), ("strides", Numbers(node, "stride")), ("dilations", Numbers(node, "dilation")),
                ("ceil_mode", Flag(node, "ceil") ? 1L : 0L), Sides(node),
            ]),
            ["WindowAveragePool"] = (graph, node, inputs) => graph.Add("AveragePool", inputs,
            [
                ("kernel_shape", Numbers(node, "kernel")), ("strides", Numbers(node, "stride")), ("ceil_mode", Flag(node, "ceil") ? 1L : 0L),
                ("count_include_pad", Flag(node, "countPadding") ? 1L : 0L), Sides(node),
            ]),
        },
    ];

    private static string Alike(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs) =>
        graph.Add(node.Operation.Name, inputs, [.. node.Operation.Attributes.Select(attribute => (attribute.Key, attribute.Value))]);

    // What is stored for one image is repeated for each.
    private static string Concatenate(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long axis = Number(node, "axis");
        int ofImages = node.Inputs.TakeWhile(input => !FollowsBatch(input)).Count();
        bool isMixed = axis != 0 && FollowsBatch(node) && !node.Inputs.All(FollowsBatch);
        IEnumerable<string> repeated = inputs.Select(
            (input, index) => isMixed && !FollowsBatch(node.Inputs[index]) ? RepeatForEachImage(graph, input, inputs[ofImages], node.Shape.Count) : input);
        return graph.Add("Concat", [.. repeated], ("axis", axis));

        static bool FollowsBatch(GraphNode node) => node.Shape is [{ FollowsBatch: true }, ..];
    }

    private static string Reduce(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs) => graph.Add(
        node.Operation.Name, [inputs[0], graph.Integers(Numbers(node, "axes"))], ("keepdims", Flag(node, "keepdims") ? 1L : 0L));

    // Before opset 13, all axes from one on were one.
    private static string WriteSoftmax(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        if (!node.Operation.Attributes.ContainsKey("flatten"))
            return graph.Add(node.Operation.Name, inputs, ("axis", Number(node, "axis")));
        string flat = graph.Add(node.Operation.Name, [graph.Add("Flatten", inputs, ("axis", Number(node, "axis")))], ("axis", 1L));
        return graph.Add("Reshape", [flat, graph.Add("Shape", inputs)]);
    }

    private static string Gather(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long axis = Number(node, "axis");
        string taken = graph.Add("Gather", [inputs[0], graph.Integers(Numbers(node, "indices"))], ("axis", axis));
        long[] part = Numbers(node, "shape");
        if (part.Length == 1)
            return taken;
        FixedShape(graph, node);
        return Reshape(graph, taken, [.. node.Shape.Select(length => length.FollowsBatch ? -1 : length.Length)]);
    }

    private static string Pad(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long[] sides = Numbers(node, "sides");     // the last axis first
        int rank = node.Shape.Count;
        long[] pads = [.. Enumerable.Range(0, rank).Select(axis => Side(axis, 0)), .. Enumerable.Range(0, rank).Select(axis => Side(axis, 1))];
        return graph.Add("Pad", [inputs[0], graph.Integers(pads), graph.Number(Real(node, "value"))], ("mode", (string)node.Operation.Attributes["mode"]));

        long Side(int axis, int end) => 2 * (rank - 1 - axis) + end is var at && at < sides.Length ? sides[at] : 0;
    }

    // ONNX's own group norm has no scale for each channel before opset 21.
    private static string NormalizeGroups(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs)
    {
        long channels = node.Shape[1].Length, groups = Number(node, "groups");
        string weight = graph.FindWeight(node, "weight") ?? Filled(graph, 1, channels), bias = graph.FindWeight(node, "bias") ?? Filled(graph, 0, channels);
        if (groups == channels)
            return graph.Add("InstanceNormalization", [inputs[0], weight, bias], ("epsilon", Real(node, "epsilon")));

        string normalized = graph.Add(
            "InstanceNormalization", [Reshape(graph, inputs[0], 0, groups, -1), Filled(graph, 1, groups), Filled(graph, 0, groups)],
            ("epsilon", Real(node, "epsilon")));
        string maps = graph.Add("Reshape", [normalized, graph.Add("Shape", inputs)]);
        string axes = graph.Integers(1, 2);
        return graph.Add("Add", [graph.Add("Mul", [maps, graph.Add("Unsqueeze", [weight, axes])]), graph.Add("Unsqueeze", [bias, axes])]);
    }

    /// <summary>Padding that differs from side to side, or follows a rule.</summary>
    private static (string, object) Sides(GraphNode node) => node.Operation.Attributes["padding"] is string rule
        ? ("auto_pad", rule.ToUpperInvariant())
        : ("pads", Numbers(node, "padding"));
}
