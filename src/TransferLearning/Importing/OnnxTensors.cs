using TransferLearning.Formats.Onnx;
using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Importing;

/// <summary>The tensors of a file, or of a description without weights.</summary>
internal static class OnnxTensors
{
    public static bool IsFloat(int type) => (DataType)type is DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double;

    /// <summary>All tensors of a graph by the names that leaves have.</summary>
    public static Dictionary<string, TensorProto> Of(IEnumerable<TensorProto> initializers, IEnumerable<NodeProto> nodes)
    {
        var tensors = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (TensorProto tensor in initializers)
            tensors[tensor.Name] = tensor;
        foreach (NodeProto node in nodes.Where(node => node.Output.Count > 0))
        {
            if (node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } tensor)
                tensors[node.Output[0]] = tensor;
        }
        return tensors;
    }

    /// <summary>Whether a description left out a tensor's values.</summary>
    public static bool IsLeftOut(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;
}

/// <summary>Reads from a file that is open.</summary>
internal sealed class FileTensors(OnnxModel model) : IOnnxTensors
{
    private readonly Dictionary<string, TensorProto> _tensors = OnnxTensors.Of(model.Proto.Graph.Initializer, model.Proto.Graph.Node);

    public Tensor Read(OnnxLeaf leaf)
    {
        if (!_tensors.TryGetValue(leaf.Name, out TensorProto? tensor) || !tensor.Dims.SequenceEqual(leaf.Tensor.Dims))
            throw new InvalidDataException($"it was changed since it was opened: its tensor '{leaf.Name}' is another");
        Tensor values = model.ReadTensor(tensor);
        if (!values.is_floating_point() || values.dtype == ScalarType.Float32)
            return values;
        using (values)
            return values.to(ScalarType.Float32);
    }
}

/// <summary>Reads from a description, whose weights are elsewhere.</summary>
/// <param name="model">The description; it must stay open.</param>
/// <param name="mostValues">How many values there may be.</param>
/// <param name="isPlan">Whether values are wanted, rather than a tensor to be overwritten.</param>
internal sealed class DescribedTensors(OnnxModel model, long mostValues, bool isPlan) : IOnnxTensors
{
    private long _values;

    public Tensor Read(OnnxLeaf leaf)
    {
        if (!OnnxTensors.IsLeftOut(leaf.Tensor))
            return new FileTensors(model).Read(leaf);
        if (isPlan)
            throw new InvalidDataException($"the description of its network lacks the constant '{leaf.Name}'");

        long count = 1;
        foreach (long length in leaf.Tensor.Dims)
        {
            if (length < 0 || (length > 0 && count > mostValues / length))
                throw Large(leaf);
            count *= length;
        }
        _values += count;
        return _values <= mostValues ? zeros(leaf.Tensor.Dims.ToArray()) : throw Large(leaf);
    }

    private InvalidDataException Large(OnnxLeaf leaf) =>
        new($"the description of its network has more than {mostValues} weights, which do not go with those of the file, up to '{leaf.Name}'");
}
