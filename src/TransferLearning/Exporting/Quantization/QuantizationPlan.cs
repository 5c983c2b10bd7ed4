using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting.Quantization;

/// <summary>What of a network is written in 8 bits, with all scales.</summary>
internal sealed class QuantizationPlan
{
    private readonly Dictionary<GraphNode, ActivationRange> _ranges = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GraphNode, QuantizedLayer> _layers = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlySet<GraphNode> _inside;

    /// <param name="graph">The network.</param>
    /// <param name="layers">The layers whose weights take 8 bits.</param>
    /// <param name="measured">The lowest and highest number of each value.</param>
    /// <param name="quantize">A layer's weights for what it takes.</param>
    public QuantizationPlan(
        QuantizableGraph graph, IReadOnlySet<GraphNode> layers, IReadOnlyDictionary<GraphNode, (double Low, double High)> measured,
        Func<GraphNode, ActivationRange, QuantizedLayer> quantize)
    {
        StoredValues stored = graph.Assign(layers);
        _inside = stored.Inside;
        foreach (IEnumerable<GraphNode> alike in Groups(stored))
        {
            GraphNode[] members = [.. alike];
            ActivationRange range = ActivationRange.Of(members.Min(node => measured[node].Low), members.Max(node => measured[node].High));
            foreach (GraphNode node in members)
                _ranges[node] = node.Operation.Name == "Sigmoid" && members.Length == 1 ? ActivationRange.Unit : range;
        }
        foreach (GraphNode layer in layers)
            _layers[layer] = quantize(layer, _ranges[graph.SourceOf(layer.Inputs[0])]);
    }

    /// <summary>How a node's value is stored, where it is: it is written once, by the node that computes it.</summary>
    public ActivationRange? RangeOf(GraphNode node) => _ranges.GetValueOrDefault(node);

    /// <summary>A node's weights in 8 bits, where they are.</summary>
    public QuantizedLayer? LayerOf(GraphNode node) => _layers.GetValueOrDefault(node);

    /// <summary>Whether an operation computes on stored values, so that what it computes between may be stored too.</summary>
    public bool IsInside(GraphNode node) => _inside.Contains(node);

    /// <summary>Whether storing the node's value does all that the node does.</summary>
    public bool IsImplied(GraphNode node) =>
        QuantizableGraph.IsClamp(node) && IsInside(node) && RangeOf(node) is { } range && QuantizableGraph.IsImplied(node, range);

    // Values that share a scale with one another, directly or by others.
    private static IEnumerable<IEnumerable<GraphNode>> Groups(StoredValues stored)
    {
        var leaders = new Dictionary<GraphNode, GraphNode>(ReferenceEqualityComparer.Instance);
        foreach ((GraphNode one, GraphNode other) in stored.Sharing)
            leaders[LeaderOf(one)] = LeaderOf(other);
        return stored.Values.GroupBy(LeaderOf);

        GraphNode LeaderOf(GraphNode node)
        {
            while (leaders.TryGetValue(node, out GraphNode? next) && !ReferenceEquals(next, node))
                node = next;
            return node;
        }
    }
}
