using System.Runtime.InteropServices;
using TransferLearning.Formats;
using TransferLearning.Formats.Onnx;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Exporting;

// Weights and constants.
public sealed partial class OnnxGraphBuilder
{
    private readonly Dictionary<(string, DataType), string> _stored = [];

    internal List<OnnxInitializer> Initializers { get; } = [];

    /// <summary>A parameter or buffer of the network, under its name in the state dict.</summary>
    /// <param name="node">An operation of the network.</param>
    /// <param name="key">The name within the layer, such as "weight".</param>
    /// <returns>The name of the value.</returns>
    /// <exception cref="NotSupportedException">The layer has no such tensor, or float16 cannot hold its values.</exception>
    public string Weight(GraphNode node, string key) =>
        FindWeight(node, key) ?? throw Refused(node, $"has no tensor '{key}'; it has {string.Join(", ", node.Tensors.Select(tensor => tensor.Key))}");

    /// <summary>As <see cref="Weight"/>; null where the layer has no such tensor.</summary>
    /// <param name="node">An operation of the network.</param>
    /// <param name="key">The name within the layer, such as "bias".</param>
    /// <returns>The name of the value, or null.</returns>
    /// <exception cref="NotSupportedException">Float16 cannot hold its values.</exception>
    public string? FindWeight(GraphNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Tensors.FirstOrDefault(tensor => tensor.Key == key) is not { } found)
            return null;
        if (Quantized is { } layer && key is ("weight" or "bias"))
            return key == "weight" ? WeightsOf(found, layer) : BiasOf(found, layer);

        using var scope = NewDisposeScope();
        Tensor values = found.Read();
        bool isFloat = values.is_floating_point();
        if (!isFloat && values.dtype != ScalarType.Int64)
            throw Refused(node, $"has a tensor '{key}' of {values.dtype}; floating-point ones and int64 are written");
        DataType type = isFloat ? FloatType : DataType.Int64;
        if (_stored.TryGetValue((found.Name, type), out string? stored))
            return stored;
        if (type == DataType.Float16 && !values.to(ScalarType.Float16).isfinite().all().item<bool>())
            throw Refused(node, $"has values in '{found.Name}' that float16 cannot hold, which ends at 65,504: export in float32");

        return _stored[(found.Name, type)] = Store(found.Name, type, found.Shape, stream => Write(found, type, stream));
    }

    /// <summary>A floating-point constant.</summary>
    /// <param name="values">As many as the shape says.</param>
    /// <param name="shape">The shape.</param>
    /// <returns>The name of the value.</returns>
    public string Constant(IReadOnlyList<float> values, params IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        float[] copied = [.. values];
        return IsHalf
            ? Store($"{_scope}/constant", DataType.Float16, shape, stream =>
                stream.Write(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(copied, value => (Half)value))))
            : Store($"{_scope}/constant", DataType.Float, shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(copied)));
    }

    /// <summary>A floating-point constant without axes.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The name of the value.</returns>
    public string Number(double value) => Constant([(float)value], []);

    /// <summary>An int64 constant of one axis, as shapes and axes are given.</summary>
    /// <param name="values">The values.</param>
    /// <returns>The name of the value.</returns>
    public string Integers(params IReadOnlyList<long> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Int64([.. values], [values.Count]);
    }

    /// <summary>An int64 constant without axes.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The name of the value.</returns>
    public string Integer(long value) => Int64([value], []);

    private string Int64(long[] values, IReadOnlyList<long> shape) =>
        Store($"{_scope}/constant", DataType.Int64, shape, stream => stream.Write(MemoryMarshal.AsBytes<long>(values)));

    private string Store(string wanted, DataType type, IReadOnlyList<long> shape, Action<Stream> write)
    {
        string name = Unique(wanted);
        Initializers.Add(new OnnxInitializer(name, type, [.. shape], write));
        return name;
    }

    private static void Write(GraphTensor found, DataType type, Stream stream)
    {
        using var scope = NewDisposeScope();
        ScalarType format = type switch { DataType.Float => ScalarType.Float32, DataType.Float16 => ScalarType.Float16, _ => ScalarType.Int64 };
        TensorBytes.Write(found.Read().to(format).cpu().contiguous(), stream);
    }
}
