using System.Globalization;
using TransferLearning.Formats.Onnx;
using TransferLearning.Importing.Operators;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>
/// Turns the nodes of a graph into layers, for images of one size: what follows from constants and shapes is a value, what follows from images is a
/// layer. Nothing is computed but small constants, and their sizes are checked first.
/// </summary>
internal sealed class OnnxPlanner
{
    private const long MostValues = 1L << 28;           // of one activation of one image
    private const long MostFolded = 1L << 22;           // and what is stored, twice
    private const int MostAxes = 8;

    private readonly OnnxGraph _graph;
    private readonly IOnnxTensors _tensors;
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly List<PlannedLayer> _layers = [];
    private readonly HashSet<string> _used;
    private readonly LayerNames _names = new(OnnxStages.Head);
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private readonly List<string> _decisions = [];
    private readonly Recorder _recorder;
    private long _storedValues, _foldedValues;

    private OnnxPlanner(OnnxGraph graph, IOnnxTensors tensors)
    {
        _graph = graph;
        _tensors = tensors;
        _recorder = new Recorder(this);
        _used = [graph.Output, .. graph.Nodes.SelectMany(node => node.Input)];
    }

    /// <exception cref="InvalidDataException">A node is not valid or not supported.</exception>
    public static OnnxPlan Plan(OnnxGraph graph, IOnnxTensors tensors, long[] images)
    {
        var planner = new OnnxPlanner(graph, tensors);
        var input = new OnnxValue(graph.Input.Name, images, read: null);
        planner._values[input.Name] = input;
        foreach ((string name, TensorProto tensor) in graph.Initializers)
            planner.Store(name, tensor);
        foreach (NodeProto node in graph.Nodes)
            planner.Plan(node);

        OnnxValue output = planner._values[graph.Output];
        if (output.IsStored || ReferenceEquals(output, input))
            throw new InvalidDataException($"its output '{graph.Output}' does not follow from the images");
        return new OnnxPlan
        {
            Layers = planner._layers,
            Images = input,
            Output = output,
            Constants = planner._constants,
            Decisions = planner._decisions,
        };
    }

    public static OnnxValue Stored(string name, TensorProto tensor)
    {
        var leaf = new OnnxLeaf(name, tensor);
        long[] shape = [.. tensor.Dims];
        Require(name, shape, MostValues);
        return new OnnxValue(name, shape, tensors => tensors.Read(leaf));
    }

    private void Store(string name, TensorProto tensor)
    {
        OnnxValue value = _values[name] = Stored(name, tensor);
        _storedValues += FoldedValue.Count(value.Shape);
    }

    private void Plan(NodeProto proto)
    {
        string name = OnnxGraph.NameOf(proto);
        OnnxValue?[] inputs = [.. proto.Input.Select(input => input.Length == 0 ? null : _values.TryGetValue(input, out OnnxValue? value) ? value
            : throw new InvalidDataException($"node '{name}' ({proto.OpType}) takes '{input}', which no node before it gives"))];
        foreach ((int index, string output) in proto.Output.Index())
        {
            if (output.Length > 0 && (index == 0 || _used.Contains(output)))
                Plan(proto, name, index, output, inputs);
        }
    }

    private void Plan(NodeProto proto, string name, int index, string output, OnnxValue?[] inputs)
    {
        var node = new OnnxNode(proto, name, _graph.VersionOf(proto), index, inputs, ReadConstant);
        if (node is { Operator: "Constant", Domain: "" } && node.TensorOf("value") is { } tensor)
        {
            Store(output, tensor);
            return;
        }

        OnnxLayer layer = Plan(_graph.OperatorOf(proto), node);
        long[] shape = [.. layer.Shape];
        OnnxValue[] arguments = [.. layer.Inputs.Select(node.Value)];
        if (layer.Build is null && arguments is [var same])
        {
            _values[output] = same;
            return;
        }
        if (layer.Build is null)
            throw node.Refused("has no layer");

        if (!arguments.Any(argument => !argument.IsStored))
        {
            _values[output] = Fold(output, shape, node, layer, arguments);
            return;
        }
        if (layer.IsForConstants)
            throw node.Refused("computes from the images what is supported of constants alone");

        Require(node.Name, shape, MostValues);
        var value = new OnnxValue(output, shape, read: null);
        _values[output] = value;
        _layers.Add(new PlannedLayer(_names.Add(name), node, layer, arguments, value));
    }

    private static OnnxLayer Plan(IOnnxOperator known, OnnxNode node)
    {
        try
        {
            return known.Plan(node);
        }
        catch (OverflowException)
        {
            throw node.Refused("has lengths that cannot be counted");
        }
    }

    private OnnxValue Fold(string name, long[] shape, OnnxNode node, OnnxLayer layer, OnnxValue[] arguments)
    {
        long most = MostFolded + 2 * _storedValues;
        Require(node.Name, shape, most);
        _foldedValues += FoldedValue.Count(shape);
        return _foldedValues <= most ? FoldedValue.Of(name, shape, node, layer, arguments, _recorder) : throw node.Refused(
            $"brings what is computed of constants to more than {most} values");
    }

    private Tensor ReadConstant(OnnxValue value)
    {
        if (value.Shape.Contains(OnnxNode.ImageCount))
            throw new InvalidDataException($"'{value.Name}' is used as a constant, and has as many values as there are images");
        Tensor tensor = value.Read!(_recorder);
        if (tensor.numel() <= MostAxes)
            _decisions.Add($"{value.Name}: {TextOf(tensor)}");
        return tensor;
    }

    private static string TextOf(Tensor tensor)
    {
        using Tensor wide = tensor.to(ScalarType.Float64);
        using Tensor contiguous = wide.contiguous();
        return string.Join(' ', contiguous.data<double>().ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static void Require(string name, long[] shape, long most)
    {
        long values = 1;
        foreach (long length in shape)
        {
            long ofOne = length > 0 && length % OnnxNode.ImageCount == 0 ? length / OnnxNode.ImageCount : length;
            if (ofOne < 0 || shape.Length > MostAxes || length > long.MaxValue / most || (ofOne > 0 && values > most / ofOne))
                throw new InvalidDataException($"'{name}' would be {NodeShapes.Text(shape)}; {MostAxes} axes and {most} values of one image are the most");
            values *= Math.Max(1, ofOne);
        }
    }

    /// <summary>Reads for the plan, and remembers what it read: a description without weights keeps these.</summary>
    private sealed class Recorder(OnnxPlanner planner) : IOnnxTensors
    {
        public Tensor Read(OnnxLeaf leaf)
        {
            planner._constants.Add(leaf.Name);
            return planner._tensors.Read(leaf);
        }
    }
}
