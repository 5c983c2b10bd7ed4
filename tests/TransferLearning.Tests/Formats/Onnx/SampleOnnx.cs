using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Randomness;
using static TorchSharp.torch;
using static TransferLearning.Formats.Onnx.AttributeProto.Types;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Tests.Formats.Onnx;

/// <summary>ONNX files made by hand: a convolution, an activation, a mean and a linear layer, of random weights.</summary>
internal static class SampleOnnx
{
    /// <summary>A small network with all of its weights in its messages: raw, as floats, and as half precision in integers.</summary>
    public static ModelProto Model()
    {
        var graph = new GraphProto { Name = "sample" };
        graph.Input.Add(Value("image", "batch", 3, 8, 8));
        graph.Output.Add(Value("logits", "batch", 5));
        graph.Node.Add(Node("conv", "Conv", ["image", "conv.weight", "conv.bias"], "c", Ints("pads", 1, 1, 1, 1), Ints("kernel_shape", 3, 3), Int("group", 1)));
        graph.Node.Add(Node("half", "Cast", ["conv.half"], "h", Int("to", 1)));
        graph.Node.Add(Node("act", "LeakyRelu", ["c"], "r", new AttributeProto { Name = "alpha", Type = AttributeType.Float, F = 0.1f }));
        graph.Node.Add(Node("mean", "ReduceMean", ["r"], "m", Ints("axes", 2, 3), Int("keepdims", 0)));
        graph.Node.Add(Node("one", "Constant", [], "k", new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = Integers("", [2], 1, -7) }));
        graph.Node.Add(Node("fc", "Gemm", ["m", "fc.weight", "fc.bias"], "logits", Int("transB", 1)));
        graph.Initializer.Add(Raw("conv.weight", [16, 3, 3, 3], 1));
        graph.Initializer.Add(new TensorProto { Name = "conv.bias", DataType = (int)DataType.Float, Dims = { 16 }, FloatData = { Floats(16, 2) } });
        graph.Initializer.Add(new TensorProto
        {
            Name = "conv.half",
            DataType = (int)DataType.Float16,
            Dims = { 300 },
            Int32Data = { Enumerable.Range(15000, 300) },
        });
        graph.Initializer.Add(Raw("fc.weight", [5, 16], 3));
        graph.Initializer.Add(new TensorProto { Name = "fc.bias", DataType = (int)DataType.Float, Dims = { 5 }, FloatData = { Floats(5, 4) } });
        return new ModelProto
        {
            IrVersion = 8,
            ProducerName = "by hand",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            MetadataProps = { new StringStringEntryProto { Key = "größe", Value = "8" } },
        };
    }

    public static NodeProto Node(string name, string type, string[] inputs, string output, params AttributeProto[] attributes) =>
        new() { Name = name, OpType = type, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static TensorProto Integers(string name, long[] shape, params long[] values) =>
        new() { Name = name, DataType = (int)DataType.Int64, Dims = { shape }, Int64Data = { values } };

    public static TensorProto Raw(string name, long[] shape, int seed) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { shape },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Floats((int)shape.Aggregate((a, b) => a * b), seed))),
    };

    public static float[] Floats(int count, int seed)
    {
        var random = new RandomStream(seed, count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextInt32(1 << 20) / (1 << 20))];
    }

    /// <summary>A model of a graph without a node, whose output is an input.</summary>
    public static ModelProto Empty()
    {
        var graph = new GraphProto();
        graph.Input.Add(Value("x", "n"));
        graph.Output.Add(Value("x", "n"));
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
    }

    public static OnnxModel Open(byte[] bytes, string name = "sample.onnx") => OnnxFile.Read(new MemoryStream(bytes), name);

    /// <summary>All tensors of a file whose graph is in order, under their names and those of their nodes.</summary>
    public static StateDict ReadAll(Stream file, string name)
    {
        using OnnxModel model = OnnxFile.Read(file, name);
        GraphProto graph = model.Proto.Graph;
        model.Check(() =>
        {
            OnnxChecks.RequireOrder(graph);
            return OnnxChecks.Opset(model.Proto) + OnnxChecks.BeyondAGraph(model.Proto).Count();
        });
        var tensors = new StateDict { Origin = name };
        try
        {
            foreach (TensorProto tensor in graph.Initializer)
                tensors.Add(tensor.Name, model.ReadTensor(tensor));
            foreach ((int index, NodeProto node) in graph.Node.Index())
            {
                foreach (AttributeProto attribute in node.Attribute.Where(attribute => attribute.T is not null))
                    tensors.Add($"{index}/{attribute.Name}", model.ReadTensor(attribute.T));
            }
            return tensors;
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>The element of a small tensor as numbers.</summary>
    public static double[] Values(OnnxModel model, TensorProto tensor)
    {
        using Tensor values = model.ReadTensor(tensor);
        return Numbers.Of(values);
    }

    private static ValueInfoProto Value(string name, string batch, params long[] sides)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = batch } } };
        shape.Dim.Add(sides.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } } };
    }
}
