using System.Runtime.InteropServices;
using TransferLearning.Exporting.Quantization;
using TransferLearning.Networks.Graph;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Exporting;

// Values and weights in 8 bits: each is stored by one node and read by another, which runtimes fuse with the operations between.
public sealed partial class OnnxGraphBuilder
{
    private readonly Dictionary<ActivationRange, (string Scale, string ZeroPoint)> _ranges = [];
    private readonly Dictionary<string, (string Stored, ActivationRange Range)> _readings = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _zeros = [];
    private readonly Dictionary<string, (string Value, QuantizedLayer Layer)> _shared = new(StringComparer.Ordinal);

    /// <summary>How the value of the node that is being written is stored, where it computes on stored values.</summary>
    internal ActivationRange? Between { get; set; }

    /// <summary>A value as it is once it was stored.</summary>
    internal string Stored(string value, ActivationRange range)
    {
        if (!_ranges.TryGetValue(range, out (string Scale, string ZeroPoint) known))
        {
            string scale = Store($"{_scope}/scale", DataType.Float, [], stream => stream.Write(MemoryMarshal.AsBytes<float>([range.Scale])));
            string zeroPoint = Store($"{_scope}/zero_point", DataType.Uint8, [], stream => stream.WriteByte(range.ZeroPoint));
            _ranges[range] = known = (scale, zeroPoint);
        }
        string stored = Add("QuantizeLinear", [value, known.Scale, known.ZeroPoint]);
        string read = Add("DequantizeLinear", [stored, known.Scale, known.ZeroPoint]);
        _readings[read] = (stored, range);
        return read;
    }

    /// <summary>
    /// The same value, read with a scale for each channel, all alike. ONNX Runtime would itself round the weights of a convolution between stored values, by
    /// one scale for all of them, if what it takes were read with one scale.
    /// </summary>
    internal string ForFloatWeights(string value, long channels)
    {
        if (!_readings.TryGetValue(value, out (string Stored, ActivationRange Range) known))
            return value;
        byte[] zeroPoints = [.. Enumerable.Repeat(known.Range.ZeroPoint, (int)channels)];
        return PerChannel(
            known.Stored, [.. Enumerable.Repeat(known.Range.Scale, (int)channels)], axis: 1,
            Store($"{_scope}/zero_point", DataType.Uint8, [channels], stream => stream.Write(zeroPoints)));
    }

    /// <summary>A value between two nodes of one operation, stored as its result is, or in a range of its own, where that is stored.</summary>
    internal string StoredBetween(string value, ActivationRange? range = null) => Between is { } result ? Stored(value, range ?? result) : value;

    private string WeightsOf(GraphTensor found, QuantizedLayer layer)
    {
        // A layer that is called again has the same weights, unless its bias asks for larger scales there.
        if (!_shared.TryGetValue(found.Name, out (string Value, QuantizedLayer Layer) known) || !known.Layer.Weights.AsSpan().SequenceEqual(layer.Weights))
        {
            string stored = Store(found.Name, DataType.Int8, found.Shape, stream => stream.Write(MemoryMarshal.AsBytes<sbyte>(layer.Weights)));
            _shared[found.Name] = known = (stored, layer);
        }
        return PerChannel(known.Value, layer.Scales, axis: 0, Zeros(layer.Scales.Length));
    }

    private string BiasOf(GraphTensor found, QuantizedLayer layer) => PerChannel(
        Store(found.Name, DataType.Int32, found.Shape, stream => stream.Write(MemoryMarshal.AsBytes<int>(layer.Bias))), layer.BiasScales);

    // Not left out where it is 0, because ONNX Runtime's products of matrices take it by its position.
    private string Zeros(int count)
    {
        if (!_zeros.TryGetValue(count, out string? known))
            _zeros[count] = known = Store($"{_scope}/zero_point", DataType.Int8, [count], stream => stream.Write(new byte[count]));
        return known;
    }

    // Without a zero point it is 0, in the type of what is stored.
    private string PerChannel(string stored, float[] scales, long axis = 0, params string[] zeroPoint)
    {
        string scale = Store($"{_scope}/scale", DataType.Float, [scales.Length], stream => stream.Write(MemoryMarshal.AsBytes<float>(scales)));
        return Add("DequantizeLinear", [stored, scale, .. zeroPoint], ("axis", axis));
    }
}
