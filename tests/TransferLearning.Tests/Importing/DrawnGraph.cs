using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Formats.Onnx;
using static TransferLearning.Formats.Onnx.AttributeProto.Types;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.Importing;

/// <summary>An ONNX graph that is built node by node, with weights from a seed.</summary>
internal sealed class DrawnGraph
{
    private readonly Random _random = new(5);
    private int _nodes, _stored;

    /// <param name="opset">The opset.</param>
    /// <param name="input">The shape of "x"; 0 for an open length, called N.</param>
    public DrawnGraph(int opset, params long[] input)
    {
        Proto = new ModelProto { IrVersion = opset < 9 ? 3 : 8, Graph = new GraphProto { Name = "drawn" } };
        Proto.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        Proto.Graph.Input.Add(Value("x", DataType.Float, input));
    }

    public ModelProto Proto { get; }

    /// <summary>A weight of values about zero; above it with an offset.</summary>
    public string Weight(long[] shape, float scale = 0.5f, float offset = 0)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        for (int i = 0; i < values.Length; i++)
            values[i] = offset + scale * (2 * _random.NextSingle() - 1);
        return Floats(values, shape);
    }

    public string Floats(float[] values, params long[] shape) => Add(DataType.Float, shape, MemoryMarshal.AsBytes<float>(values));

    public string Halves(float[] values, params long[] shape) =>
        Add(DataType.Float16, shape, MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)));

    public string Integers(params long[] values) => Add(DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

    public string Integer(long value) => Add(DataType.Int64, [], MemoryMarshal.AsBytes<long>([value]));

    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, 1, inputs, attributes)[0];

    public string[] Nodes(string operation, int outputs, string[] inputs, params (string Name, object Value)[] attributes)
    {
        int colon = operation.IndexOf(':', StringComparison.Ordinal);
        string domain = operation[..Math.Max(0, colon)], type = operation[(colon + 1)..], name = $"{type}_{_nodes++}";
        var node = new NodeProto { Name = name, OpType = type, Domain = domain };
        if (domain.Length > 0)
            Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        node.Input.Add(inputs);
        node.Output.Add(Enumerable.Range(0, outputs).Select(index => $"{name}_out{index}"));
        node.Attribute.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        Proto.Graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>A convolution with a kernel of 1: weights for a stage to begin with.</summary>
    public string Mixed(string input, long channels, long outputs) =>
        Node("Conv", [input, Weight([outputs, channels, 1, 1]), Weight([outputs])], ("kernel_shape", new long[] { 1, 1 }));

    public byte[] Bytes(string output, params long[] shape)
    {
        Proto.Graph.Output.Clear();
        Proto.Graph.Output.Add(Value(output, DataType.Float, shape));
        return Proto.ToByteArray();
    }

    private string Add(DataType type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = $"stored{_stored++}", DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        Proto.Graph.Initializer.Add(tensor);
        if (Proto.IrVersion < 4)
            Proto.Graph.Input.Add(Value(tensor.Name, type, shape));
        return tensor.Name;
    }

    private static ValueInfoProto Value(string name, DataType type, long[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(shape.Select(length =>
            length == 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new TensorShapeProto.Types.Dimension { DimValue = length }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } } };
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long integer => new AttributeProto { Name = name, Type = AttributeType.Int, I = integer },
        float number => new AttributeProto { Name = name, Type = AttributeType.Float, F = number },
        string text => new AttributeProto { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] integers => new AttributeProto { Name = name, Type = AttributeType.Ints, Ints = { integers } },
        float[] numbers => new AttributeProto { Name = name, Type = AttributeType.Floats, Floats = { numbers } },
        TensorProto tensor => new AttributeProto { Name = name, Type = AttributeType.Tensor, T = tensor },
        _ => throw new ArgumentException($"An attribute cannot be {value}.", nameof(value)),
    };
}
