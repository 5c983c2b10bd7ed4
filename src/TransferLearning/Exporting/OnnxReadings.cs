using TransferLearning.Predictions;

namespace TransferLearning.Exporting;

/// <summary>How what a task reads of outputs is written in ONNX, by the reading's identifier. A user's own readings go the same way.</summary>
internal static class OnnxReadings
{
    public static IReadOnlyDictionary<string, OnnxReadingMapping> BuiltIn { get; } = new Dictionary<string, OnnxReadingMapping>
    {
        ["softmax"] = (graph, reading, outputs) => graph.Add("Softmax", [Tempered(graph, reading, outputs)], ("axis", -1L)),
        ["sigmoid"] = (graph, reading, outputs) => graph.Add("Sigmoid", [Tempered(graph, reading, outputs)]),
        ["values"] = Values,
    };

    private static string Tempered(OnnxGraphBuilder graph, OutputReading reading, string outputs) =>
        reading is ITemperatureReading { Temperature: not 1 and double temperature }
            ? graph.Add("Div", [outputs, graph.Number(temperature)])
            : outputs;

    private static string Values(OnnxGraphBuilder graph, OutputReading reading, string outputs)
    {
        float[] means = Numbers("means"), deviations = Numbers("deviations");
        return means.Length == 0
            ? outputs
            : graph.Add("Add", [graph.Add("Mul", [outputs, graph.Constant(deviations, deviations.Length)]), graph.Constant(means, means.Length)]);

        float[] Numbers(string name) => [.. reading.Settings.GetProperty(name).EnumerateArray().Select(value => (float)value.GetDouble())];
    }
}

/// <summary>Writes what a task reads of a network's outputs as ONNX nodes.</summary>
/// <param name="graph">Takes the nodes.</param>
/// <param name="reading">The reading, with its settings.</param>
/// <param name="outputs">The name of the network's outputs, float32 [N, outputs].</param>
/// <returns>The name of what is read, float32 [N, numbers]: the numbers of a <see cref="Prediction"/>.</returns>
public delegate string OnnxReadingMapping(OnnxGraphBuilder graph, OutputReading reading, string outputs);
