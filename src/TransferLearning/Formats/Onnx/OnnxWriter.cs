using Google.Protobuf;

namespace TransferLearning.Formats.Onnx;

/// <summary>Writes a model's messages with its weights between them, none of which is held in memory.</summary>
internal sealed class OnnxWriter
{
    private readonly ModelProto _model;
    private readonly GraphProto _graph;
    private readonly (OnnxInitializer Weight, TensorProto Message, bool IsInside)[] _weights;

    /// <param name="proto">All but the weights; borrowed.</param>
    /// <param name="initializers">The weights.</param>
    /// <param name="beside">The file that has some of them; null where there is none.</param>
    /// <exception cref="ArgumentException">A name comes twice, or a tensor was read with a file and left there.</exception>
    public OnnxWriter(ModelProto proto, IReadOnlyList<OnnxInitializer> initializers, OnnxWeights? beside = null)
    {
        _graph = proto.Graph ?? throw new ArgumentException("A model without a graph cannot be written.", nameof(proto));
        TensorProto? stored = _graph.Initializer.Concat(_graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T))
            .FirstOrDefault(tensor => tensor?.Stored is not null);
        if (stored is not null)
            throw new ArgumentException($"The data of tensor '{stored.Name}' are in another file; read it and write it as an initializer.", nameof(proto));
        _model = new ModelProto(proto) { Graph = null };
        var names = new HashSet<string>(_graph.Initializer.Select(constant => constant.Name), StringComparer.Ordinal);
        if (initializers.FirstOrDefault(weight => !names.Add(weight.Name)) is { } twice)
            throw new ArgumentException($"Two initializers are named '{twice.Name}'; each needs a name of its own.", nameof(initializers));
        _weights = [.. initializers.Select(weight => (weight, Message(weight, beside), beside?.Has(weight) != true))];
    }

    /// <summary>The number of bytes that are written.</summary>
    public long Length => _model.CalculateSize() + Framed(GraphLength);

    private long GraphLength => _graph.CalculateSize() + _weights.Sum(weight => Framed(TensorLength(weight.Weight, weight.Message, weight.IsInside)));

    /// <summary>Writes everything; the stream is left open.</summary>
    /// <exception cref="InvalidOperationException">A weight's writer wrote another number of bytes than its shape asks for.</exception>
    public void Write(Stream target)
    {
        using var output = new CodedOutputStream(target, leaveOpen: true);
        _model.WriteTo(output);
        WriteFrame(output, ModelProto.GraphFieldNumber, GraphLength);
        _graph.WriteTo(output);
        foreach ((OnnxInitializer weight, TensorProto message, bool isInside) in _weights)
        {
            WriteFrame(output, GraphProto.InitializerFieldNumber, TensorLength(weight, message, isInside));
            message.WriteTo(output);
            if (!isInside)
                continue;
            WriteFrame(output, TensorProto.RawDataFieldNumber, weight.ByteCount);
            output.Flush();
            weight.WriteTo(target);
        }
    }

    private static TensorProto Message(OnnxInitializer weight, OnnxWeights? beside)
    {
        var message = new TensorProto { Name = weight.Name, DataType = (int)weight.Type, Dims = { weight.Shape } };
        if (beside?.Has(weight) == true)
            beside.Describe(weight, message);
        return message;
    }

    private static long TensorLength(OnnxInitializer weight, TensorProto message, bool isInside) =>
        message.CalculateSize() + (isInside ? Framed(weight.ByteCount) : 0);

    // The numbers of the fields are below 16, so that a tag takes one byte.
    private static long Framed(long length) => 1 + CodedOutputStream.ComputeUInt64Size((ulong)length) + length;

    private static void WriteFrame(CodedOutputStream output, int field, long length)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteUInt64((ulong)length);
    }
}
