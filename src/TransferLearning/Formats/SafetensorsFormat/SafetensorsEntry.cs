using static TorchSharp.torch;

namespace TransferLearning.Formats.SafetensorsFormat;

/// <summary>A tensor as a safetensors header describes it.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Type">The type of each element.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Start">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last one.</param>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Start, long End)
{
    /// <summary>The number of bytes that the type and shape take.</summary>
    public long ByteCount => TensorShape.ByteCount(TensorShape.ElementCount(Shape), TensorBytes.ElementSize(Type));
}
