using TransferLearning.Networks.Graph;

namespace TransferLearning.Exporting.Quantization;

/// <summary>What of a network can be computed in 8 bits, and which values must be stored in 8 bits for that.</summary>
internal sealed class QuantizableGraph
{
    private static readonly HashSet<string> _same = ["Identity", "Dropout", "StochasticDepth"];
    private static readonly HashSet<string> _moving =
        ["MaxPool", "Flatten", "Permute", "Narrow", "Select", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather", "ReverseChannels"];
    private static readonly HashSet<string> _joining = ["Concatenate", "ChannelShuffle"];
    private static readonly HashSet<string> _averaging = ["AveragePool", "GlobalAveragePool", "AdaptiveAveragePool", "Sigmoid"];

    private readonly NetworkGraph _network;
    private readonly IReadOnlyDictionary<GraphNode, GraphNode> _folded;
    private readonly Func<GraphNode, bool> _isForeign;
    private readonly Dictionary<GraphNode, GraphNode> _sources = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<GraphNode, GraphNode> _consumers;

    /// <param name="network">The network.</param>
    /// <param name="folded">What takes the place of convolutions and of the norms that are folded into them.</param>
    /// <param name="isForeign">Whether an operation is written by a mapping that is not the library's, about which nothing is known.</param>
    /// <param name="options">Whether the head is quantized.</param>
    /// <param name="hasDynamicSize">Whether height and width are left open.</param>
    public QuantizableGraph(
        NetworkGraph network, IReadOnlyDictionary<GraphNode, GraphNode> folded, Func<GraphNode, bool> isForeign, OnnxQuantization options, bool hasDynamicSize)
    {
        (_network, _folded, _isForeign) = (network, folded, isForeign);
        foreach (GraphNode node in network.Nodes)
            _sources[node] = IsSame(node) ? _sources[node.Inputs[0]] : node;
        _consumers = Own.SelectMany(node => InputsOf(node).Select(input => (From: input, To: node))).ToLookup(edge => edge.From, edge => edge.To);
        Layers = [.. Own.Where(node => IsLayer(node, hasDynamicSize) && (options.QuantizeHead || !IsHead(node)))];
    }

    /// <summary>The layers whose weights can be stored in 8 bits, from the images on.</summary>
    public IReadOnlyList<GraphNode> Layers { get; }

    /// <summary>The nodes that compute something.</summary>
    private IEnumerable<GraphNode> Own => _network.Nodes.Where(node => ReferenceEquals(_sources[node], node));

    /// <summary>The node whose value a node hands on: itself where it computes something.</summary>
    public GraphNode SourceOf(GraphNode node) => _sources[node];

    /// <summary>A node, its weights being those that have its norm folded into them.</summary>
    public GraphNode Folded(GraphNode node) => _folded.GetValueOrDefault(node, node);

    /// <summary>Whether the value of its source is to be had behind this node in the network itself, where norms are not folded.</summary>
    public bool GivesSource(GraphNode node) => _folded.ContainsKey(node) ? IsFoldedNorm(node) : ReferenceEquals(_sources[node], node);

    /// <summary>Whether a norm is folded into the convolution before it.</summary>
    public bool IsFoldedNorm(GraphNode node) => _folded.ContainsKey(node) && !ReferenceEquals(_sources[node], node);

    /// <summary>Which values are stored in 8 bits, and which share a scale, where some layers have weights in 8 bits.</summary>
    public StoredValues Assign(IReadOnlySet<GraphNode> layers)
    {
        HashSet<GraphNode> taken = new(layers.Select(layer => InputsOf(layer)[0]), ReferenceEqualityComparer.Instance);
        HashSet<GraphNode> inside = new(ReferenceEqualityComparer.Instance);
        HashSet<GraphNode> clamped = new(ReferenceEqualityComparer.Instance);
        foreach (GraphNode node in Own.Where(CanBeStored))
        {
            if (layers.Contains(node) || IsInside(node))
                inside.Add(node);
        }
        foreach (GraphNode node in Own.Reverse().Where(node => inside.Contains(node) && IsLossy(node) && !_consumers[node].Any(inside.Contains)))
            inside.Remove(node);

        HashSet<GraphNode> stored = new(
            Own.Where(node => IsWanted(node) && !clamped.Contains(node) && (inside.Contains(node) || _consumers[node].Any(inside.Contains))),
            ReferenceEqualityComparer.Instance);
        return new StoredValues(stored, inside, [.. inside.Where(stored.Contains).SelectMany(Sharing).Where(pair => stored.Contains(pair.Other))]);

        bool IsStorable(GraphNode input) => inside.Contains(input) || taken.Contains(input);

        bool IsInside(GraphNode node)
        {
            if (_isForeign(node))
                return false;
            IReadOnlyList<GraphNode> inputs = InputsOf(node);
            string name = node.Operation.Name;
            if (IsClamp(node) && ComputesBeforeClamp(inputs[0]) && inside.Contains(inputs[0]) && _consumers[inputs[0]].Count() == 1)
                return clamped.Add(inputs[0]);
            if (name == "Multiply")
                return inputs.Any(IsStorable) && inputs.All(CanBeStored);
            return (name is "Add" or "Silu" || _moving.Contains(name) || _joining.Contains(name) || IsAveraging(node)) && inputs.All(IsStorable);
        }

        // The product of a linear layer can be given in float, a convolution's cannot without loss of speed.
        bool IsWanted(GraphNode node) => CanBeStored(node)
            && (!(inside.Contains(node) && IsLinear(node)) || _consumers[node].Any(inside.Contains));

        bool IsLinear(GraphNode node) => node.Operation.Name == "Linear" || (IsClamp(node) && InputsOf(node)[0].Operation.Name == "Linear");
    }

    /// <summary>Whether a range holds nothing but what a clamp gives, so that storing clamps.</summary>
    public static bool IsImplied(GraphNode clamp, ActivationRange range) => range.ZeroPoint == 0 && range.High <= UpperEnd(clamp) * (1 + 1e-6);

    private static bool ComputesBeforeClamp(GraphNode node) => node.Operation.Name is "Convolution" or "Linear" or "Add" or "Multiply";

    /// <summary>Whether an operation does nothing but clamp, to zero and more.</summary>
    public static bool IsClamp(GraphNode node) => node.Operation.Name is "Relu" or "Relu6"
        || (node.Operation.Name == "Clip" && node.Operation.Attributes.GetValueOrDefault("min") is 0.0);

    private static double UpperEnd(GraphNode clamp) => clamp.Operation.Name switch
    {
        "Relu6" => 6,
        "Clip" => (double)clamp.Operation.Attributes["max"],
        _ => double.PositiveInfinity,
    };

    // Nothing is gained by storing what such a node gives, where what follows computes in float.
    private static bool IsLossy(GraphNode node) =>
        _moving.Contains(node.Operation.Name) || _joining.Contains(node.Operation.Name) || _averaging.Contains(node.Operation.Name);

    private static bool IsAveraging(GraphNode node) => node.Operation.Name == "AdaptiveAveragePool"
        ? node.Shape.Skip(2).All(axis => axis.Length == 1)
        : _averaging.Contains(node.Operation.Name);

    /// <summary>Whether a value can be stored in 8 bits: it is one of each image.</summary>
    public static bool CanBeStored(GraphNode node) => node.Operation.Name != "Parameter" && node.Shape is [{ FollowsBatch: true }, ..];

    // A norm that is folded hands on what its convolution gave, whoever writes norms.
    private bool IsSame(GraphNode node) => node.Inputs.Count == 1
        && ((_folded.ContainsKey(node) && _same.Contains(Folded(node).Operation.Name))
            || (!_isForeign(node) && (_same.Contains(node.Operation.Name)
                || (node.Operation.Name == "AdaptiveAveragePool" && node.Shape.SequenceEqual(node.Inputs[0].Shape)))));

    private bool IsHead(GraphNode node) => node.Name == _network.Info.Head || node.Name.StartsWith($"{_network.Info.Head}.", StringComparison.Ordinal);

    private bool IsLayer(GraphNode node, bool hasDynamicSize) => !_isForeign(node) && CanBeStored(node)
        && InputsOf(node) is [var input] && CanBeStored(input) && node.Operation.Name switch
        {
            "Convolution" => node.Shape.Count == 4 && !node.Operation.Attributes.ContainsKey("paddingMode"),
            "Linear" => node.Shape.Count == 2 || !hasDynamicSize || !node.Shape.Any(axis => axis.FollowsImage),
            _ => false,
        };

    private GraphNode[] InputsOf(GraphNode node) => [.. node.Inputs.Select(input => _sources[input])];

    private IEnumerable<(GraphNode One, GraphNode Other)> Sharing(GraphNode node) =>
        _moving.Contains(node.Operation.Name) || _joining.Contains(node.Operation.Name) ? InputsOf(node).Select(input => (node, input)) : [];
}

/// <summary>The values of a network that are stored in 8 bits.</summary>
/// <param name="Values">The nodes that give them.</param>
/// <param name="Inside">The operations that compute on what is stored.</param>
/// <param name="Sharing">Which of them have one scale.</param>
internal sealed record StoredValues(IReadOnlySet<GraphNode> Values, IReadOnlySet<GraphNode> Inside, IReadOnlyList<(GraphNode One, GraphNode Other)> Sharing);
