using TransferLearning.Formats.Onnx;

namespace TransferLearning.Importing;

/// <summary>The part of a graph that an output follows from, checked: every operator is known, and every value is made before it is used.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Domain, string Name), IOnnxOperator> _operators = [];

    /// <param name="model">The model.</param>
    /// <param name="operators">The operators that are known; of two of one name, the first counts.</param>
    /// <param name="output">The output that is wanted; null for the first.</param>
    /// <exception cref="InvalidDataException">The graph is not valid, or has what is not supported; the message names node and operator.</exception>
    public OnnxGraph(ModelProto model, IEnumerable<IOnnxOperator> operators, string? output)
    {
        GraphProto graph = model.Graph;
        OnnxChecks.Opset(model);
        OnnxChecks.RequireOrder(graph);
        foreach (IOnnxOperator known in operators)
            _operators.TryAdd((known.Domain, known.Name), known);
        foreach (OperatorSetIdProto set in model.OpsetImport)
            _versions[DomainOf(set.Domain)] = set.Version;

        Initializers = [];
        foreach (TensorProto tensor in graph.Initializer)
            Initializers[tensor.Name] = tensor;
        if (OnnxChecks.BeyondAGraph(model).FirstOrDefault() is { } beyond)
            throw new InvalidDataException($"it has {beyond}, which is not supported");
        Output = OutputOf(graph, output);
        Nodes = MatrixProducts.Join(Live(graph.Node), Initializers, Output);
        Require();
        Input = InputOf(graph);
    }

    public Dictionary<string, TensorProto> Initializers { get; }

    /// <summary>The nodes that the output follows from, in their order, products of matrices joined with the additions behind them.</summary>
    public IReadOnlyList<NodeProto> Nodes { get; }

    public IReadOnlyDictionary<string, long> Versions => _versions;

    public ValueInfoProto Input { get; }

    public string Output { get; }

    public IOnnxOperator OperatorOf(NodeProto node) => _operators[(DomainOf(node.Domain), node.OpType)];

    public long VersionOf(NodeProto node) => _versions.GetValueOrDefault(DomainOf(node.Domain), 1);

    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(name => name.Length > 0) ?? node.OpType;

    private static string DomainOf(string domain) => OnnxChecks.IsDefault(domain) ? "" : domain;

    private static string OutputOf(GraphProto graph, string? wanted)
    {
        string[] made = [.. graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0)];
        if (wanted is not null)
        {
            return made.Contains(wanted) ? wanted : throw new InvalidDataException(
                $"no node gives '{wanted}'; it can be any value of the graph, such as {string.Join(", ", graph.Output.Select(output => output.Name))}");
        }
        return graph.Output.FirstOrDefault()?.Name is { } first && made.Contains(first) ? first : throw new InvalidDataException("its graph gives no output");
    }

    private List<NodeProto> Live(IReadOnlyList<NodeProto> nodes)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { Output };
        var live = new List<NodeProto>();
        foreach (NodeProto node in nodes.Reverse())
        {
            if (!node.Output.Any(needed.Contains))
                continue;
            live.Add(node);
            needed.UnionWith(node.Input);
        }
        live.Reverse();
        return live;
    }

    private void Require()
    {
        var unknown = new List<string>();
        foreach (NodeProto node in Nodes)
        {
            if (!_operators.ContainsKey((DomainOf(node.Domain), node.OpType)))
                unknown.Add(OnnxChecks.Words(node));
        }
        if (unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"it has operators that are not supported: {string.Join(", ", unknown.Take(10))}{(unknown.Count > 10 ? ", ..." : "")}. "
                + $"Operators of your own are given as {nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.Operators)}");
        }
    }

    // Files of old versions list initializers among the inputs.
    private ValueInfoProto InputOf(GraphProto graph)
    {
        HashSet<string> used = [.. Nodes.SelectMany(node => node.Input)];
        ValueInfoProto[] inputs = [.. graph.Input.Where(input => used.Contains(input.Name) && !Initializers.ContainsKey(input.Name))];
        return inputs is [var only] ? only : throw new InvalidDataException(
            $"an image network takes one input; this takes {(inputs.Length == 0 ? "none" : string.Join(", ", inputs.Select(input => input.Name)))}");
    }
}

/// <summary>A tensor of the file: an initializer by its name, or a node's constant by that of its first output.</summary>
/// <param name="Name">The name.</param>
/// <param name="Tensor">The tensor, with its data where it came from a file.</param>
internal sealed record OnnxLeaf(string Name, TensorProto Tensor);
