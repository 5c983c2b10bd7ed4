using static TorchSharp.torch;
using DataType = TransferLearning.Formats.Onnx.TensorProto.Types.DataType;

namespace TransferLearning.Formats.Onnx;

/// <summary>Element types by the numbers that ONNX gives them.</summary>
internal static class OnnxTypes
{
    private static readonly OrderedDictionary<DataType, ScalarType> _types = new()
    {
        [DataType.Float] = ScalarType.Float32,
        [DataType.Uint8] = ScalarType.Byte,
        [DataType.Int8] = ScalarType.Int8,
        [DataType.Int16] = ScalarType.Int16,
        [DataType.Int32] = ScalarType.Int32,
        [DataType.Int64] = ScalarType.Int64,
        [DataType.Bool] = ScalarType.Bool,
        [DataType.Float16] = ScalarType.Float16,
        [DataType.Double] = ScalarType.Float64,
        [DataType.Bfloat16] = ScalarType.BFloat16,
    };

    /// <summary>The type of a number.</summary>
    /// <exception cref="InvalidDataException">The format or TorchSharp has no such type.</exception>
    public static ScalarType Parse(int number) => _types.TryGetValue((DataType)number, out ScalarType type)
        ? type
        : throw new InvalidDataException(
            $"its type is {NameOf(number)}; those that can be read are {string.Join(", ", _types.Keys.Select(known => NameOf((int)known)))}");

    /// <summary>The number of bytes that a tensor's elements take.</summary>
    /// <exception cref="InvalidDataException">The format or TorchSharp has no such type, or no memory holds such a tensor.</exception>
    public static long ByteCount(int number, ReadOnlySpan<long> shape) => TensorShape.ByteCount(TensorShape.ElementCount(shape), Parse(number));

    /// <summary>A type's name in the format's own letters, or its number where it has no name here.</summary>
    public static string NameOf(int number) => Enum.IsDefined((DataType)number) ? $"{(DataType)number}".ToUpperInvariant() : $"number {number}";

    /// <summary>The field beside raw_data that holds elements of a type.</summary>
    public static int FieldOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => TensorProto.FloatDataFieldNumber,
        ScalarType.Float64 => TensorProto.DoubleDataFieldNumber,
        ScalarType.Int64 => TensorProto.Int64DataFieldNumber,
        _ => TensorProto.Int32DataFieldNumber,
    };

    /// <summary>What the integers that stand for a type's elements can be; those of half precision stand for its bits.</summary>
    public static (long Low, long High) RangeOf(ScalarType type) => type switch
    {
        ScalarType.Bool => (0, 1),
        ScalarType.Byte => (0, byte.MaxValue),
        ScalarType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ScalarType.Int16 => (short.MinValue, short.MaxValue),
        ScalarType.Float16 or ScalarType.BFloat16 => (0, ushort.MaxValue),
        ScalarType.Int32 => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}
