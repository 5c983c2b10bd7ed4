namespace TransferLearning.Tests.Importing;

/// <summary>Each operator gives what ONNX Runtime gives, in the opsets that changed it.</summary>
public sealed class OnnxOperatorTests
{
    private static readonly Dictionary<string, (int[] Opsets, Func<DrawnGraph, string, string> Make)> _cases = new()
    {
        ["Conv"] = ([7, 11, 21], (g, x) => g.Node("Conv", [x, g.Weight([6, 4, 3, 3]), g.Weight([6])], ("pads", Longs(1, 1, 1, 1)))),
        ["Conv asymmetric"] = ([7, 21], (g, x) => g.Node("Conv", [x, g.Weight([6, 4, 3, 5])], ("pads", Longs(1, 0, 2, 3)), ("strides", Longs(2, 1)))),
        ["Conv dilated groups"] = ([7], (g, x) => g.Node(
            "Conv", [x, g.Weight([8, 2, 3, 3])], ("group", 2L), ("dilations", Longs(2, 1)), ("strides", Longs(1, 2)))),
        ["Conv same upper"] = ([7], (g, x) => g.Node("Conv", [x, g.Weight([6, 4, 4, 3])], ("auto_pad", "SAME_UPPER"), ("strides", Longs(2, 2)))),
        ["Conv same lower"] = ([7], (g, x) => g.Node("Conv", [x, g.Weight([6, 4, 4, 3])], ("auto_pad", "SAME_LOWER"), ("strides", Longs(2, 2)))),
        ["Conv valid"] = ([7], (g, x) => g.Node("Conv", [x, g.Weight([6, 4, 3, 3])], ("auto_pad", "VALID"))),
        ["MaxPool"] = ([8, 12], (g, x) => g.Node("MaxPool", [x], ("kernel_shape", Longs(3, 3)), ("strides", Longs(2, 2)), ("pads", Longs(1, 1, 0, 0)))),
        ["MaxPool ceil"] = ([10], (g, x) => g.Node("MaxPool", [x], ("kernel_shape", Longs(3, 3)), ("strides", Longs(2, 2)), ("ceil_mode", 1L))),
        ["MaxPool dilated"] = ([10], (g, x) => g.Node("MaxPool", [x], ("kernel_shape", Longs(2, 2)), ("dilations", Longs(2, 3)))),
        ["MaxPool same"] = ([7], (g, x) => g.Node("MaxPool", [x], ("kernel_shape", Longs(2, 2)), ("strides", Longs(2, 2)), ("auto_pad", "SAME_LOWER"))),
        ["AveragePool"] = ([7, 19], (g, x) => g.Node(
            "AveragePool", [x], ("kernel_shape", Longs(3, 3)), ("strides", Longs(2, 2)), ("pads", Longs(1, 0, 1, 2)))),
        ["AveragePool counted"] = ([7, 19], (g, x) => g.Node(
            "AveragePool", [x], ("kernel_shape", Longs(3, 3)), ("pads", Longs(1, 1, 1, 1)), ("count_include_pad", 1L))),
        ["AveragePool ceil"] = ([19], (g, x) => g.Node(
            "AveragePool", [x], ("kernel_shape", Longs(3, 3)), ("strides", Longs(2, 2)), ("ceil_mode", 1L))),
        ["GlobalAveragePool"] = ([7], (g, x) => g.Node("GlobalAveragePool", [x])),
        ["GlobalMaxPool"] = ([7], (g, x) => g.Node("GlobalMaxPool", [x])),
        ["BatchNormalization"] = ([7, 9, 14, 15], (g, x) => g.Node("BatchNormalization", Norm(g, x), ("epsilon", 1e-3f))),
        ["LayerNormalization"] = ([17], (g, x) => g.Node("LayerNormalization", [x, g.Weight([9]), g.Weight([9])], ("axis", -1L))),
        ["LayerNormalization axes"] = ([17], (g, x) => g.Node("LayerNormalization", [x, g.Weight([9, 9])], ("axis", 2L), ("epsilon", 1e-4f))),
        ["GroupNormalization"] = ([21], (g, x) => g.Node("GroupNormalization", [x, g.Weight([4]), g.Weight([4])], ("num_groups", 2L))),
        ["InstanceNormalization"] = ([7], (g, x) => g.Node("InstanceNormalization", [x, g.Weight([4]), g.Weight([4])], ("epsilon", 1e-4f))),
        ["LRN"] = ([7], (g, x) => g.Node("LRN", [x], ("size", 3L), ("alpha", 0.1f), ("beta", 0.6f), ("bias", 1.5f))),
        ["Relu"] = ([7, 14], (g, x) => g.Node("Relu", [x])),
        ["LeakyRelu"] = ([7], (g, x) => g.Node("LeakyRelu", [x], ("alpha", 0.2f))),
        ["PRelu"] = ([7, 16], (g, x) => g.Node("PRelu", [x, g.Weight([4, 1, 1])])),
        ["Elu"] = ([7], (g, x) => g.Node("Elu", [x], ("alpha", 1.3f))),
        ["Selu"] = ([7], (g, x) => g.Node("Selu", [x])),
        ["Sigmoid"] = ([7], (g, x) => g.Node("Sigmoid", [x])),
        ["HardSigmoid"] = ([7], (g, x) => g.Node("HardSigmoid", [x], ("alpha", 0.3f), ("beta", 0.4f))),
        ["HardSwish"] = ([14], (g, x) => g.Node("HardSwish", [x])),
        ["Tanh"] = ([7], (g, x) => g.Node("Tanh", [x])),
        ["Softplus"] = ([7], (g, x) => g.Node("Softplus", [x])),
        ["Softsign"] = ([7], (g, x) => g.Node("Softsign", [x])),
        ["Mish"] = ([18], (g, x) => g.Node("Mish", [x])),
        ["Erf"] = ([9], (g, x) => g.Node("Erf", [x])),
        ["Gelu"] = ([20], (g, x) => g.Node("Gelu", [x])),
        ["Gelu tanh"] = ([20], (g, x) => g.Node("Gelu", [x], ("approximate", "tanh"))),
        ["Clip attributes"] = ([7], (g, x) => g.Node("Clip", [x], ("min", 0f), ("max", 6f))),
        ["Clip inputs"] = ([11, 13], (g, x) => g.Node("Clip", [x, g.Floats([-0.3f]), g.Floats([0.4f])])),
        ["Clip above"] = ([11], (g, x) => g.Node("Clip", [x, "", g.Floats([0.4f])])),
        ["Softmax old"] = ([7], (g, x) => g.Node("Softmax", [x], ("axis", 1L))),
        ["Softmax"] = ([13], (g, x) => g.Node("Softmax", [x], ("axis", 1L))),
        ["LogSoftmax"] = ([13], (g, x) => g.Node("LogSoftmax", [x])),
        ["Add channel"] = ([7], (g, x) => g.Node("Add", [x, g.Weight([4, 1, 1])])),
        ["Sub"] = ([7], (g, x) => g.Node("Sub", [g.Floats([1.5f]), x])),
        ["Mul gate"] = ([7], (g, x) => g.Node("Mul", [x, g.Node("Sigmoid", [g.Node("GlobalAveragePool", [x])])])),
        ["Div"] = ([7], (g, x) => g.Node("Div", [x, g.Weight([4, 1, 1], 0.2f, 1)])),
        ["Pow"] = ([7, 15], (g, x) => g.Node("Pow", [x, g.Floats([2])])),
        ["Sqrt"] = ([7], (g, x) => g.Node("Sqrt", [g.Node("Exp", [x])])),
        ["Max"] = ([8], (g, x) => g.Node("Max", [x, g.Floats([0.1f])])),
        ["Transpose"] = ([7], (g, x) => g.Node("Transpose", [x], ("perm", Longs(0, 2, 3, 1)))),
        ["Reshape copied"] = ([7], (g, x) => g.Node("Transpose", [g.Node("Reshape", [x, g.Integers(0, 4, -1)])], ("perm", Longs(0, 2, 1)))),
        ["Squeeze"] = ([7], (g, x) => g.Node("Squeeze", [g.Node("GlobalMaxPool", [x])], ("axes", Longs(2, 3)))),
        ["Squeeze input"] = ([13], (g, x) => g.Node("Squeeze", [g.Node("GlobalMaxPool", [x]), g.Integers(-1)])),
        ["Unsqueeze"] = ([13], (g, x) => g.Node("Squeeze", [g.Node("Unsqueeze", [x, g.Integers(2)]), g.Integers(2)])),
        ["Concat"] = ([7], (g, x) => g.Node("Concat", [x, g.Node("Relu", [x])], ("axis", -3L))),
        ["Split"] = ([7], (g, x) => Swapped(g, g.Nodes("Split", 2, [x], ("axis", 1L), ("split", Longs(1, 3))))),
        ["Split input"] = ([13], (g, x) => Swapped(g, g.Nodes("Split", 2, [x, g.Integers(3, 1)], ("axis", 1L)))),
        ["Split equal"] = ([18], (g, x) => Swapped(g, g.Nodes("Split", 2, [x], ("axis", 1L), ("num_outputs", 2L)))),
        ["Slice attributes"] = ([9], (g, x) => g.Node("Slice", [x], ("axes", Longs(2, 3)), ("starts", Longs(1, -4)), ("ends", Longs(100, -1)))),
        ["Slice steps"] = ([13], (g, x) => g.Node("Slice", [x, g.Integers(1, 0), g.Integers(8, 100), g.Integers(2, 3), g.Integers(3, 2)])),
        ["Slice reversed"] = ([13], (g, x) => g.Node("Slice", [x, g.Integers(-1), g.Integers(long.MinValue), g.Integers(1), g.Integers(-1)])),
        ["Pad attributes"] = ([7], (g, x) => g.Node("Pad", [x], ("pads", Longs(0, 0, 1, 2, 0, 0, 0, 3)), ("value", 0.5f))),
        ["Pad inputs"] = ([11], (g, x) => g.Node("Pad", [x, g.Integers(0, 1, 1, 2, 0, 0, 0, 3), g.Floats([0.5f])])),
        ["Pad reflect"] = ([11], (g, x) => g.Node("Pad", [x, g.Integers(0, 0, 1, 2, 0, 0, 0, 3)], ("mode", "reflect"))),
        ["Pad edge axes"] = ([18], (g, x) => g.Node("Pad", [x, g.Integers(1, 2), "", g.Integers(3)], ("mode", "edge"))),
        ["Gather one"] = ([7], (g, x) => g.Node("Gather", [x, g.Integer(-1)], ("axis", 2L))),
        ["Gather some"] = ([11], (g, x) => g.Node("Gather", [x, g.Integers(3, 0)], ("axis", 1L))),
        ["ReduceMean"] = ([7], (g, x) => g.Node("ReduceMean", [x], ("axes", Longs(2, 3)), ("keepdims", 0L))),
        ["ReduceMean input"] = ([18], (g, x) => g.Node("ReduceMean", [x, g.Integers(1)])),
        ["ReduceSum input"] = ([13], (g, x) => g.Node("ReduceSum", [x, g.Integers(-1)], ("keepdims", 0L))),
        ["ReduceMax"] = ([13], (g, x) => g.Node("ReduceMax", [x], ("axes", Longs(1)))),
        ["Gemm"] = ([7, 13], (g, x) => g.Node("Relu", [g.Node(
            "Gemm", [g.Node("Flatten", [x]), g.Weight([324, 6], 0.1f), g.Weight([6])], ("alpha", 0.5f), ("beta", 2f))])),
        ["Gemm transposed"] = ([11], (g, x) => g.Node("Relu", [g.Node("Gemm", [g.Node("Flatten", [x]), g.Weight([6, 324], 0.1f)], ("transB", 1L))])),
        ["MatMul stored"] = ([7], (g, x) => g.Node("Relu", [g.Node("Add", [g.Node("MatMul", [x, g.Weight([9, 5])]), g.Weight([5])])])),
        ["MatMul computed"] = ([7], (g, x) => g.Node("MatMul", [x, g.Node("Transpose", [x], ("perm", Longs(0, 1, 3, 2)))])),
        ["Where stored"] = ([9], (g, x) => g.Node("Where", [g.Node("Equal", [g.Integers(1, 2, 3, 4, 5, 6, 7, 8, 9), g.Integers(1, 0, 3, 0, 5, 0, 7, 0, 9)]), x, g.Floats([9])])),
        ["Expand computed"] = ([8], (g, x) => g.Node("Mul", [x, g.Node("Expand", [g.Node("GlobalAveragePool", [x]), g.Integers(1, 1, 1, 9)])])),
        ["Cast"] = ([13], (g, x) => g.Node("Cast", [x], ("to", 1L))),
        ["Dropout"] = ([7], (g, x) => g.Node("Dropout", [x], ("ratio", 0.4f))),
        ["Dropout input"] = ([13], (g, x) => g.Node("Dropout", [x, g.Floats([0.4f])])),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach ((string name, (int[] opsets, _)) in _cases)
            {
                foreach (int opset in opsets)
                    cases.Add(name, opset);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operator_GivesWhatOnnxRuntimeGives(string name, int opset)
    {
        var graph = new DrawnGraph(opset, 0, 3, 9, 9);
        string output = _cases[name].Make(graph, graph.Mixed("x", 3, 4));

        ImportedGraph.RequireSame(graph, output, 3, 9, 9);
    }

    private static long[] Longs(params long[] values) => values;

    private static string[] Norm(DrawnGraph g, string x) => [x, g.Weight([4]), g.Weight([4]), g.Weight([4]), g.Weight([4], 0.3f, 1)];

    private static string Swapped(DrawnGraph g, string[] parts) => g.Node("Concat", [parts[1], parts[0]], ("axis", 1L));
}
