using Google.Protobuf;
using TransferLearning.Formats.Onnx;
using TransferLearning.Internal;

namespace TransferLearning.Exporting;

internal sealed record OnnxInitializer(string Name, TensorProto.Types.DataType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    public long ByteCount => Shape.Aggregate(1L, (count, length) => count * length)
        * Type switch { TensorProto.Types.DataType.Float16 => 2, TensorProto.Types.DataType.Int64 => 8, _ => 4 };
}

internal static class OnnxFileWriter
{
    public static void Write(string path, ModelProto proto, IReadOnlyList<OnnxInitializer> initializers)
    {
        foreach (OnnxInitializer initializer in initializers)
        {
            using var content = new MemoryStream();
            initializer.Write(content);
            var stored = new TensorProto { Name = initializer.Name, DataType = (int)initializer.Type, RawData = ByteString.CopyFrom(content.GetBuffer(), 0, (int)content.Length) };
            stored.Dims.Add(initializer.Shape);
            proto.Graph.Initializer.Add(stored);
        }
        AtomicFile.Write(path, proto.WriteTo);
    }
}
