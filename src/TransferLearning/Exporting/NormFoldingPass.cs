using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Exporting;

/// <summary>Works each batch norm into the convolution that alone feeds it, and whose output goes nowhere else.</summary>
/// <remarks>
/// With s = scale / sqrt(variance + epsilon), the norm of w * x + b is (s w) * x + (shift + s (b - mean)). Source: Jacob et al.,
/// "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018, section 3.2.
/// </remarks>
internal static class NormFoldingPass
{
    /// <summary>For each node that changes, what takes its place: the convolution gives what the norm gave, and the norm hands it on.</summary>
    public static IReadOnlyDictionary<GraphNode, GraphNode> Fold(NetworkGraph graph)
    {
        Dictionary<GraphNode, int> uses = graph.Edges.CountBy(edge => edge.From).ToDictionary();
        Dictionary<string, int> readers = graph.Nodes.SelectMany(node => node.Tensors).CountBy(tensor => tensor.Name).ToDictionary();
        var replaced = new Dictionary<GraphNode, GraphNode>(ReferenceEqualityComparer.Instance);
        foreach (GraphNode norm in graph.Nodes.Where(node => node.Operation.Name == "BatchNormalization" && Find(node, "running_mean") is not null))
        {
            GraphNode convolution = norm.Inputs[0];
            bool isShared = uses[convolution] > 1 || convolution.Tensors.Any(tensor => readers[tensor.Name] > 1); // called again, with another norm
            if (convolution.Operation.Name != "Convolution" || isShared)
                continue;
            replaced[convolution] = Folded(convolution, norm);
            replaced[norm] = With(norm, new GraphOperation("Identity"), []);
        }
        return replaced;
    }

    private static GraphNode Folded(GraphNode convolution, GraphNode norm)
    {
        GraphTensor weight = Find(convolution, "weight")!, mean = Find(norm, "running_mean")!;
        GraphTensor? bias = Find(convolution, "bias");
        string name = bias?.Name ?? $"{weight.Name[..^"weight".Length]}bias";
        using var scope = NewDisposeScope();
        return With(convolution, convolution.Operation,
        [
            new GraphTensor("weight", weight.Name, weight.Read(), () => Multiplied(weight.Read(), Factors(norm))),
            new GraphTensor("bias", name, mean.Read(), () => tensor(Shifts(norm, bias))),
        ]);
    }

    private static Tensor Multiplied(Tensor weight, double[] factors)
    {
        long[] perOutput = [factors.Length, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
        return weight.to(ScalarType.Float64).cpu().mul(tensor(factors, perOutput)).to(ScalarType.Float32);
    }

    private static double[] Factors(GraphNode norm)
    {
        double epsilon = (double)norm.Operation.Attributes["epsilon"];
        double[] variance = Values(Find(norm, "running_var"))!;
        double[]? scale = Values(Find(norm, "weight"));
        return [.. variance.Select((value, channel) => (scale?[channel] ?? 1) / Math.Sqrt(value + epsilon))];
    }

    private static float[] Shifts(GraphNode norm, GraphTensor? convolutionBias)
    {
        double[] factors = Factors(norm), mean = Values(Find(norm, "running_mean"))!;
        double[]? shift = Values(Find(norm, "bias")), before = Values(convolutionBias);
        return [.. factors.Select((factor, channel) => (float)((shift?[channel] ?? 0) + factor * ((before?[channel] ?? 0) - mean[channel])))];
    }

    private static double[]? Values(GraphTensor? found)
    {
        using var scope = NewDisposeScope();
        return found?.Read().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static GraphTensor? Find(GraphNode node, string key) => node.Tensors.FirstOrDefault(tensor => tensor.Key == key);

    private static GraphNode With(GraphNode node, GraphOperation operation, IReadOnlyList<GraphTensor> tensors) => new()
    {
        Name = node.Name,
        Operation = operation,
        Inputs = node.Inputs,
        Shape = node.Shape,
        Tensors = tensors,
        Stage = node.Stage,
        MultiplyAdds = node.MultiplyAdds,
    };
}
