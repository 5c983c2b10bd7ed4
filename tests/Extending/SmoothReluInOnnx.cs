using TransferLearning.Exporting;

namespace Extending;

/// <summary>How the activation is written in ONNX, which has an operator of the same name.</summary>
public static class SmoothReluInOnnx
{
    public static IReadOnlyDictionary<string, OnnxOperatorMapping> Operators { get; } = new Dictionary<string, OnnxOperatorMapping>
    {
        ["SmoothRelu"] = (graph, node, inputs) => graph.Add("Mish", inputs),
    };
}
