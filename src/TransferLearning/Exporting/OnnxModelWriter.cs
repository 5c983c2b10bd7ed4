using System.Globalization;
using System.Text.Json;
using TransferLearning.Exporting.Quantization;
using TransferLearning.Formats.Onnx;
using TransferLearning.Models;
using TransferLearning.Networks.Graph;
using TransferLearning.Predictions;
using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Exporting;

/// <summary>Writes a network, with what precedes and follows it, as an ONNX model.</summary>
internal sealed class OnnxModelWriter
{
    /// <summary>The first with an operator for GELU; layer norm came with 17, the antialiased resize with 18.</summary>
    public const long Opset = 20;

    private const long FileVersion = 9; // of opset 20
    private const string Batch = "N", MetadataPrefix = "transferlearning.";

    private static readonly string _version = typeof(OnnxModelWriter).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    private readonly NetworkGraph _network;
    private readonly OnnxExportOptions _options;
    private readonly OnnxGraphBuilder _graph;
    private readonly IReadOnlyDictionary<GraphNode, GraphNode> _replaced;
    private readonly Dictionary<GraphNode, (string Name, bool IsHalf)> _outputs = new(ReferenceEqualityComparer.Instance);
    private readonly string _headStage;
    private QuantizationPlan? _plan;

    private OnnxModelWriter(NetworkGraph network, OnnxExportOptions options)
    {
        _network = network;
        _options = options;
        _graph = new OnnxGraphBuilder(options.DynamicSize);
        _headStage = network.Info.Stages[^1].Name;
        _replaced = options.FoldBatchNorms || options.Precision != OnnxPrecision.Float32
            ? NormFoldingPass.Fold(network)
            : new Dictionary<GraphNode, GraphNode>();
    }

    /// <summary>Writes a model without its weights, and what writes those, which reads the network's tensors.</summary>
    /// <exception cref="NotSupportedException">Something cannot be written; the message names it.</exception>
    public static (ModelProto Model, IReadOnlyList<OnnxInitializer> Weights, OnnxQuantizationReport? Quantization) Write(
        NetworkGraph network, ModelMetadata metadata, OutputReading reading, OnnxExportOptions options, CalibrationImages? calibration, Device device)
    {
        var writer = new OnnxModelWriter(network, options);
        writer.RequireMappings(reading);
        OnnxQuantizationReport? report = calibration is null ? null : writer.Quantize(calibration, device);
        writer.WriteInput(metadata);
        writer.WriteNetwork();
        writer.WriteOutput(metadata, reading);
        if (options.IncludeFeatures)
            writer.WriteFeatures();
        return (writer.Model(metadata, reading), writer._graph.Initializers, report);
    }

    private void RequireMappings(OutputReading reading)
    {
        string[] missing = [.. _network.Nodes.Skip(1).Where(node => MappingOf(node) is null).Select(node => $"'{node.Name}' ({node.Operation.Name})")];
        if (missing.Length > 0)
        {
            throw new NotSupportedException(
                $"{_network.Info.Name} cannot be written as ONNX: nothing tells how to write {string.Join(", ", missing.Take(5))}"
                + $"{(missing.Length > 5 ? $" and {missing.Length - 5} more" : "")}. "
                + $"Add a mapping of the operation to {nameof(OnnxExportOptions)}.{nameof(OnnxExportOptions.Operators)}.");
        }
        if (_options.Output == OnnxOutput.Reading && MappingOf(reading) is null)
        {
            throw new NotSupportedException(
                $"Nothing tells how to write the reading '{reading.Identifier}' as ONNX: add a mapping to {nameof(OnnxExportOptions)}."
                + $"{nameof(OnnxExportOptions.Readings)}, or export the logits.");
        }
    }

    private OnnxQuantizationReport Quantize(CalibrationImages images, Device device)
    {
        var graph = new QuantizableGraph(
            _network, _replaced, node => _options.Operators.ContainsKey(node.Operation.Name), _options.Quantization, _options.DynamicSize);
        (_plan, OnnxQuantizationReport report) = new Quantizer(graph, new SimulatedNetwork(_network, graph, device), images, _options.Quantization).Find();
        return report;
    }

    private OnnxOperatorMapping? MappingOf(GraphNode node) =>
        _options.Operators.GetValueOrDefault(node.Operation.Name) ?? OnnxOperators.BuiltIn.GetValueOrDefault(node.Operation.Name);

    private OnnxReadingMapping? MappingOf(OutputReading reading) =>
        _options.Readings.GetValueOrDefault(reading.Identifier) ?? OnnxReadings.BuiltIn.GetValueOrDefault(reading.Identifier);

    private void WriteInput(ModelMetadata metadata)
    {
        _graph.Enter("preprocessing");
        if (_options.Input == OnnxInput.Images)
        {
            string images = _graph.Unique("images");
            _graph.Graph.Input.Add(ValueOf(images, DataType.Uint8, Batch, "H", "W", 3L));
            Hand(_network.Input, OnnxPreprocessing.Write(_graph, metadata.Preprocessing, images));
            return;
        }
        string tensor = _graph.Unique("tensor");
        object[] sides = _options.DynamicSize ? ["H", "W"] : [_network.Input.Shape[2].Length, _network.Input.Shape[3].Length];
        _graph.Graph.Input.Add(ValueOf(tensor, DataType.Float, [Batch, _network.Input.Shape[1].Length, .. sides]));
        Hand(_network.Input, tensor);
    }

    private void WriteNetwork()
    {
        foreach (GraphNode original in _network.Nodes.Skip(1))
        {
            GraphNode node = _replaced.GetValueOrDefault(original, original);
            _graph.IsHalf = _options.Precision == OnnxPrecision.Float16 && original.Stage != _headStage;
            _graph.Enter(original.Name);
            _graph.Quantized = _plan?.LayerOf(original);
            _graph.Between = _plan?.IsInside(original) == true ? _plan.RangeOf(original) : null;
            string[] inputs = [.. original.Inputs.Select(ValueOf)];
            if (_graph.Quantized is null && (node.Operation.Name == "Convolution" || node is { Operation.Name: "Linear", Shape.Count: 2 }))
                inputs[0] = _graph.ForFloatWeights(inputs[0], node.Inputs[0].Shape[1].Length);
            string output = (_plan?.IsImplied(original) == true ? inputs[0] : MappingOf(node)!(_graph, node, inputs))
                ?? throw new InvalidOperationException($"The mapping of '{node.Name}' ({node.Operation.Name}) gave null; it must name a value.");
            Hand(original, output);
        }
        (_graph.IsHalf, _graph.Quantized, _graph.Between) = (false, null, null);
    }

    private void Hand(GraphNode node, string value) =>
        _outputs[node] = (_plan?.RangeOf(node) is { } range ? _graph.Stored(value, range) : value, _graph.IsHalf);

    /// <summary>What a node gave, in the format of now.</summary>
    private string ValueOf(GraphNode node) => _outputs[node].IsHalf == _graph.IsHalf ? _outputs[node].Name : _graph.Cast(_outputs[node].Name);

    private void WriteOutput(ModelMetadata metadata, OutputReading reading)
    {
        _graph.Enter("reading");
        string logits = ValueOf(_network.Output);
        if (_options.Output == OnnxOutput.Logits)
            Give("logits", logits, _network.Output.Shape[^1].Length);
        else
            Give(reading is ITemperatureReading ? "probabilities" : "values", MappingOf(reading)!(_graph, reading, logits), metadata.Classes.Count);
    }

    private void WriteFeatures()
    {
        string head = _network.Info.Head;
        GraphNode first = _network.Nodes.FirstOrDefault(node => node.Name == head || node.Name.StartsWith(head + '.', StringComparison.Ordinal))
            ?? throw new NotSupportedException($"The graph of {_network.Info.Name} has no operation of the head '{head}', so none that takes features.");
        _graph.Enter("features");
        string features = ValueOf(first.Inputs[0]);
        if (first.Inputs[0].Shape.Count == 4)
            features = _graph.Add("Flatten", [_graph.Add("GlobalAveragePool", [features])], ("axis", 1L));
        Give("features", features, first.Inputs[0].Shape[1].Length);
    }

    private void Give(string name, string value, long length)
    {
        string output = _graph.Unique(name);
        var node = new NodeProto { Name = output, OpType = "Identity" };
        node.Input.Add(value);
        node.Output.Add(output);
        _graph.Graph.Node.Add(node);
        _graph.Graph.Output.Add(ValueOf(output, DataType.Float, Batch, length));
    }

    private ModelProto Model(ModelMetadata metadata, OutputReading reading)
    {
        _graph.Graph.Name = _network.Info.Name;
        var model = new ModelProto
        {
            IrVersion = FileVersion,
            ProducerName = nameof(TransferLearning),
            ProducerVersion = _version,
            Graph = _graph.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        model.OpsetImport.Add(_graph.Domains.Select(domain => new OperatorSetIdProto { Domain = domain, Version = 1 }));
        model.MetadataProps.Add(Properties(metadata, reading).Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    // Each for readers that know nothing of this library, but for the first, which holds all that a model file says.
    private IEnumerable<(string Key, string Value)> Properties(ModelMetadata metadata, OutputReading reading)
    {
        yield return ($"{MetadataPrefix}model", ModelSchema.Write(metadata));
        yield return ($"{MetadataPrefix}version", _version);
        yield return ($"{MetadataPrefix}input", Spell(_options.Input));
        yield return ($"{MetadataPrefix}output", Spell(_options.Output));
        yield return ($"{MetadataPrefix}precision", Spell(_options.Precision));
        yield return ("task", metadata.Task.Identifier);
        yield return ("reading", reading.Identifier);
        yield return ("labels", JsonSerializer.Serialize(metadata.Classes));
        if (reading is ITemperatureReading { Temperature: var temperature })
            yield return ("temperature", temperature.ToString("R", CultureInfo.InvariantCulture));
        if (reading is IThresholdReading { Thresholds: { Count: > 0 } thresholds })
            yield return ("thresholds", JsonSerializer.Serialize(thresholds));
    }

    private static string Spell<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static ValueInfoProto ValueOf(string name, DataType type, params object[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(shape.Select(length => length is long fixedLength
            ? new TensorShapeProto.Types.Dimension { DimValue = fixedLength }
            : new TensorShapeProto.Types.Dimension { DimParam = (string)length }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }
}
