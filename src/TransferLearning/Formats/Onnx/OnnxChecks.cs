using Google.Protobuf.Collections;
using static TransferLearning.Formats.Onnx.AttributeProto.Types;

namespace TransferLearning.Formats.Onnx;

/// <summary>
/// What holds for every graph that is read or written, whatever its operators mean. Run through <see cref="OnnxModel.Check"/>, errors name the file.
/// </summary>
internal static class OnnxChecks
{
    /// <summary>The opsets of ONNX's own operators that are known: those of ONNX 1.2 to 1.21.</summary>
    public const int OldestOpset = 7, NewestOpset = 26;

    private const int OldestFormat = 3, NewestFormat = 13;

    /// <summary>Whether a domain is ONNX's own, which has two names.</summary>
    public static bool IsDefault(string domain) => domain is "" or "ai.onnx";

    /// <summary>The opset of ONNX's own operators.</summary>
    /// <exception cref="InvalidDataException">The format or the opset is older or newer than those that are known, or a domain's is given twice.</exception>
    public static int Opset(ModelProto model)
    {
        if (model.IrVersion is < OldestFormat or > NewestFormat)
            throw new InvalidDataException($"its ir_version is {model.IrVersion}; versions {OldestFormat} to {NewestFormat} are read");
        var domains = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (OperatorSetIdProto import in model.OpsetImport)
        {
            string domain = IsDefault(import.Domain) ? "" : import.Domain;
            if (!domains.TryAdd(domain, import.Version) && domains[domain] != import.Version)
                throw new InvalidDataException($"it imports the opset of domain '{domain}' twice, as {domains[domain]} and {import.Version}");
        }
        if (!domains.TryGetValue("", out long version))
            throw new InvalidDataException($"it imports no opset of ONNX's own operators; versions {OldestOpset} to {NewestOpset} are read");
        return version is >= OldestOpset and <= NewestOpset
            ? (int)version
            : throw new InvalidDataException($"its opset is {version}; versions {OldestOpset} to {NewestOpset} are read");
    }

    /// <summary>The domains beside ONNX's own whose operators the file may use.</summary>
    public static IEnumerable<string> OtherDomains(ModelProto model) =>
        model.OpsetImport.Select(import => import.Domain).Where(domain => !IsDefault(domain)).Distinct();

    /// <summary>What a file has that is no plain graph of operators, in words, each by its name: functions, graphs within graphs, sparse weights.</summary>
    public static IEnumerable<string> BeyondAGraph(ModelProto model) =>
    [
        .. model.Functions.Select(function => $"function '{function.Name}' of domain '{function.Domain}'"),
        .. model.Graph.SparseInitializer.Select(sparse => $"sparse initializer '{sparse.Values?.Name}'"),
        .. model.Graph.Node.SelectMany(node => node.Attribute.Where(IsGraph).Select(attribute => $"a graph in attribute '{attribute.Name}' of {Words(node)}")),
    ];

    /// <summary>Checks that each value has one origin, which comes before its use, and that the graph gives what it promises.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static void RequireOrder(GraphProto graph)
    {
        HashSet<string> known = [];
        foreach (ValueInfoProto input in graph.Input)
            Add(known, input.Name, "an input");

        // Until ir_version 3, each initializer is an input too.
        HashSet<string> initializers = [];
        foreach (string name in graph.Initializer.Select(tensor => tensor.Name).Concat(graph.SparseInitializer.Select(sparse => sparse.Values?.Name ?? "")))
            Add(initializers, name, "an initializer");
        known.UnionWith(initializers);

        var later = new Lazy<HashSet<string>>(() => [.. graph.Node.SelectMany(node => node.Output)]);
        foreach (NodeProto node in graph.Node)
        {
            RequireAttributesOnce(node);
            if (node.Input.FirstOrDefault(input => input.Length > 0 && !known.Contains(input)) is { } missing)
            {
                throw new InvalidDataException($"{Words(node)} takes '{missing}', which " +
                    (later.Value.Contains(missing) ? "a later node gives; nodes must come in the order of their use" : "nothing gives"));
            }
            foreach (string output in node.Output.Where(output => output.Length > 0))
                Add(known, output, $"an output of {Words(node)}");
        }

        HashSet<string> outputs = [];
        foreach (ValueInfoProto output in graph.Output)
        {
            Add(outputs, output.Name, "an output of the graph");
            if (!known.Contains(output.Name))
                throw new InvalidDataException($"its output '{output.Name}' is given by nothing");
        }
        if (outputs.Count == 0)
            throw new InvalidDataException("its graph has no outputs");
    }

    /// <summary>A node as errors call it.</summary>
    public static string Words(NodeProto node) =>
        $"node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(""))}' ({(IsDefault(node.Domain) ? "" : node.Domain + ".")}{node.OpType})";

    private static bool IsGraph(AttributeProto attribute) =>
        attribute.G is not null || attribute.Type is AttributeType.Graph or AttributeType.Graphs;

    private static void RequireAttributesOnce(NodeProto node)
    {
        RepeatedField<AttributeProto> attributes = node.Attribute;
        if (attributes.Count > 1 && attributes.CountBy(attribute => attribute.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } name })
            throw new InvalidDataException($"{Words(node)} has attribute '{name}' twice");
    }

    private static void Add(HashSet<string> names, string name, string what)
    {
        if (name.Length == 0)
            throw new InvalidDataException($"{what} has no name");
        if (!names.Add(name))
            throw new InvalidDataException($"{what} is named '{name}', as something before it is; each value needs a name of its own");
    }
}
