using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Networks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A graph without its weights, as a model file carries it: nodes, and the constants that its layers rest on.</summary>
internal sealed record OnnxDescription(OnnxModel Model, int Side, bool IsBgr)
{
    /// <summary>The name of the format.</summary>
    public const string Format = "onnx";

    private const int IrVersion = 8;
    private const int MostBytes = 16 << 20;
    private const long MostConstants = 1 << 20;

    /// <exception cref="InvalidDataException">The graph is too large to be carried.</exception>
    public static NetworkDescription Of(OnnxModel file, OnnxGraph graph, OnnxPlan plan, ImageLayout layout, int side)
    {
        long constants = 0;
        var model = new ModelProto { IrVersion = IrVersion, Graph = new GraphProto() };
        model.OpsetImport.Add(graph.Versions.Select(entry => new OperatorSetIdProto { Domain = entry.Key, Version = entry.Value }));
        model.Graph.Input.Add(graph.Input);
        model.Graph.Output.Add(new ValueInfoProto { Name = graph.Output });
        HashSet<string> used = [.. graph.Nodes.SelectMany(node => node.Input)];
        model.Graph.Initializer.Add(graph.Initializers.Values.Where(tensor => used.Contains(tensor.Name)).Select(tensor => Without(tensor.Name, tensor)));
        foreach (NodeProto node in graph.Nodes)
        {
            NodeProto copy = node.Clone();
            foreach (AttributeProto attribute in copy.Attribute.Where(attribute => attribute is { Name: "value", T: not null }))
                attribute.T = Without(copy.Output.FirstOrDefault() ?? "", attribute.T);
            model.Graph.Node.Add(copy);
        }

        byte[] bytes = model.ToByteArray();
        if (bytes.Length > MostBytes)
            throw new InvalidDataException($"its nodes and constants take {bytes.Length} bytes, and a model file carries at most {MostBytes}");
        var fields = new Fields(Convert.ToBase64String(bytes), side, layout.IsBgr);
        return new NetworkDescription(Format, JsonSerializer.SerializeToElement(fields, OnnxDescriptionJson.Default.Fields));

        TensorProto Without(string name, TensorProto tensor)
        {
            var kept = new TensorProto { Name = tensor.Name, DataType = tensor.DataType, Dims = { tensor.Dims } };
            if (!plan.Constants.Contains(name))
            {
                kept.DataLocation = TensorProto.Types.DataLocation.External;
                return kept;
            }
            using Tensor values = file.ReadTensor(tensor);
            constants += values.numel();
            if (constants > MostConstants)
                throw new InvalidDataException($"its layers rest on more than {MostConstants} constants, up to '{name}'; a model file carries no more");
            kept.RawData = ByteString.CopyFrom(values.bytes);
            return kept;
        }
    }

    /// <summary>Runs what reads a description, which is not a file that an error could name.</summary>
    /// <exception cref="InvalidDataException">The description is not valid.</exception>
    public static T Check<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OnnxFormatException damage)
        {
            throw new InvalidDataException($"the description of its network cannot be read: {damage.Reason}", damage);
        }
    }

    /// <exception cref="InvalidDataException">It is no description of a graph.</exception>
    public static OnnxDescription Read(NetworkDescription description)
    {
        Fields fields;
        byte[] bytes;
        try
        {
            fields = description.Settings.Deserialize(OnnxDescriptionJson.Default.Fields) ?? throw new JsonException("it is null");
            if (fields.Graph.Length > MostBytes * 2)
                throw new InvalidDataException($"its graph has {fields.Graph.Length} characters, which is more than a model file carries");
            bytes = Convert.FromBase64String(fields.Graph);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"the description of its network cannot be read: {exception.Message}", exception);
        }
        if (fields.Side is < 1 or > Preprocessing.LargestSide)
            throw new InvalidDataException($"the description of its network says {fields.Side} pixels; it must be 1 to {Preprocessing.LargestSide}");
        return new OnnxDescription(OnnxFile.Read(new MemoryStream(bytes), "description"), fields.Side, fields.Bgr);
    }

    internal sealed record Fields(string Graph, int Side, bool Bgr = false);
}

/// <summary>Reads and writes the description without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OnnxDescription.Fields))]
internal sealed partial class OnnxDescriptionJson : JsonSerializerContext;
