using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Exporting.Quantization;

/// <summary>Computes what a network gives, as it is or with values and weights rounded as a plan rounds them.</summary>
internal sealed class SimulatedNetwork(NetworkGraph network, QuantizableGraph graph, Device device)
{
    /// <summary>Shows each value of a network in float32, norms being folded or not.</summary>
    public void Observe(CalibrationImages images, Action<GraphNode, Tensor> see)
    {
        foreach (Tensor batch in images.Batches(device))
        {
            using var scope = NewDisposeScope();
            see(network.Input, batch);
            network.Run(batch, (node, output, _) =>
            {
                if (graph.GivesSource(node))
                    see(graph.SourceOf(node), output);
                return output;
            });
        }
    }

    /// <summary>The logits of images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="plan">What is rounded; null for nothing.</param>
    public float[] Outputs(CalibrationImages images, QuantizationPlan? plan = null)
    {
        var outputs = new List<float>();
        foreach (Tensor batch in images.Batches(device))
        {
            using var scope = NewDisposeScope();
            Tensor input = plan?.RangeOf(network.Input)?.Stored(batch) ?? batch;
            outputs.AddRange(network.Run(input, plan is null ? (_, output, _) => output : Rounded(plan)).cpu().contiguous().data<float>().ToArray());
        }
        return [.. outputs];
    }

    private Func<GraphNode, Tensor, IReadOnlyList<Tensor>, Tensor> Rounded(QuantizationPlan plan) => (node, output, inputs) =>
    {
        GraphNode source = graph.SourceOf(node);
        Tensor value = output;
        if (plan.LayerOf(node) is { } layer)
            value = layer.Compute(inputs[0]);
        else if (graph.IsFoldedNorm(node) && plan.LayerOf(source) is not null)
            value = inputs[0].alias();                  // the convolution has computed both
        else if (node.Operation.Name == "Silu" && plan.IsInside(node))
            value = inputs[0].mul(ActivationRange.Unit.Stored(inputs[0].sigmoid()));
        if (!graph.GivesSource(node) || plan.RangeOf(source) is not { } range)
            return value;
        Tensor stored = range.Stored(value);
        if (!ReferenceEquals(value, output))
            value.Dispose();
        return stored;
    };
}
