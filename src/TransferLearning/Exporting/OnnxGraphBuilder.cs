using Google.Protobuf;
using TransferLearning.Exporting.Quantization;
using TransferLearning.Formats.Onnx;
using TransferLearning.Networks.Graph;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Exporting;

/// <summary>
/// Collects the nodes and constants of an ONNX graph while the operations of a network are written. Values are named by what the methods give.
/// </summary>
/// <remarks>
/// Floating-point values have one format at a time, float32 or float16: what a mapping is given, what it adds and what it gives are all of it.
/// </remarks>
public sealed partial class OnnxGraphBuilder
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, DataType), string> _casts = [];
    private string _scope = "";

    internal OnnxGraphBuilder(bool hasDynamicSize) => HasDynamicSize = hasDynamicSize;

    /// <summary>Whether height and width of the images are left open, so that a mapping cannot rely on the lengths of axes that follow them.</summary>
    public bool HasDynamicSize { get; }

    internal GraphProto Graph { get; } = new();

    /// <summary>Domains of operators that are not ONNX's own.</summary>
    internal SortedSet<string> Domains { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether floating-point values are float16 now.</summary>
    internal bool IsHalf { get; set; }

    /// <summary>The weights in 8 bits of the layer that is being written, where it has such.</summary>
    internal QuantizedLayer? Quantized { get; set; }

    private DataType FloatType => IsHalf ? DataType.Float16 : DataType.Float;

    /// <summary>Adds a node of one output.</summary>
    /// <param name="operation">The ONNX operator, such as "Conv"; one of another domain with its domain before a colon, "com.microsoft:QuickGelu".</param>
    /// <param name="inputs">The names of its inputs; "" leaves an optional one out.</param>
    /// <param name="attributes">
    /// Name and value of each: a <see cref="long"/>, a <see cref="double"/>, a <see cref="string"/>, or an array of <see cref="long"/> or <see
    /// cref="double"/>.
    /// </param>
    /// <returns>The name of the output.</returns>
    public string Add(string operation, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes) =>
        AddMany(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node of several outputs.</summary>
    /// <param name="operation">As for <see cref="Add"/>.</param>
    /// <param name="inputs">As for <see cref="Add"/>.</param>
    /// <param name="outputs">The number of outputs; at least 1.</param>
    /// <param name="attributes">As for <see cref="Add"/>.</param>
    /// <returns>The names of the outputs.</returns>
    public IReadOnlyList<string> AddMany(
        string operation, IReadOnlyList<string> inputs, int outputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentNullException.ThrowIfNull(attributes);
        int colon = operation.LastIndexOf(':');
        string type = operation[(colon + 1)..], name = Unique($"{_scope}/{type}");
        var node = new NodeProto { Name = name, OpType = type };
        if (colon > 0)
            Domains.Add(node.Domain = operation[..colon]);
        node.Input.Add(inputs);
        node.Output.Add(outputs == 1 ? [name] : Enumerable.Range(0, outputs).Select(index => Unique($"{name}:{index}")));
        node.Attribute.Add(attributes.Select(attribute => AttributeOf(attribute.Name, attribute.Value)));
        Graph.Node.Add(node);
        return node.Output;
    }

    /// <summary>Computes something in float32, whatever the precision of the export: inputs are converted, and the result is converted back.</summary>
    /// <param name="inputs">Floating-point values.</param>
    /// <param name="write">From the converted inputs to the result.</param>
    /// <returns>The name of the result.</returns>
    public string InFloat32(IReadOnlyList<string> inputs, Func<IReadOnlyList<string>, string> write)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(write);
        if (!IsHalf)
            return write(inputs);

        IsHalf = false;
        string result;
        try
        {
            result = write([.. inputs.Select(Cast)]);
        }
        finally
        {
            IsHalf = true;
        }
        return Cast(result);
    }

    /// <summary>What an export throws that a mapping refuses: names the layer, its operation, and why.</summary>
    /// <param name="node">An operation of the network.</param>
    /// <param name="why">What is wrong, behind "it", such as "has no tensor 'weight'".</param>
    /// <returns>The exception to throw.</returns>
    public static NotSupportedException Refused(GraphNode node, string why)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new NotSupportedException($"'{node.Name}' ({node.Operation.Name}) cannot be written as ONNX: it {why}.");
    }

    /// <summary>Names what is added from here on after a layer.</summary>
    internal void Enter(string scope) => _scope = scope;

    /// <summary>A floating-point value in the format of now.</summary>
    internal string Cast(string value)
    {
        if (!_casts.TryGetValue((value, FloatType), out string? cast))
            _casts[(value, FloatType)] = cast = Add("Cast", [value], ("to", (long)FloatType));
        return cast;
    }

    /// <summary>Reserves a name for an input or output of the graph.</summary>
    internal string Unique(string wanted)
    {
        string name = wanted;
        for (int number = 2; !_names.Add(name); number++)
            name = $"{wanted}_{number}";
        return name;
    }

    private static AttributeProto AttributeOf(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case double number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.Add(numbers);
                break;
            case double[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Floats;
                attribute.Floats.Add(numbers.Select(number => (float)number));
                break;
            default:
                throw new ArgumentException(
                    $"The attribute '{name}' is a {value?.GetType().Name ?? "null"}; it must be a long, a double, a string, or an array of long or double.");
        }
        return attribute;
    }
}

/// <summary>Writes one operation of a network as ONNX nodes.</summary>
/// <param name="graph">Takes the nodes.</param>
/// <param name="node">The operation: its attributes, its tensors and its shape.</param>
/// <param name="inputs">The names of the values that it takes, in the order of the layer's arguments.</param>
/// <returns>The name of the value that the operation gives.</returns>
/// <exception cref="NotSupportedException">It cannot be written; see <see cref="OnnxGraphBuilder.Refused"/>.</exception>
public delegate string OnnxOperatorMapping(OnnxGraphBuilder graph, GraphNode node, IReadOnlyList<string> inputs);
