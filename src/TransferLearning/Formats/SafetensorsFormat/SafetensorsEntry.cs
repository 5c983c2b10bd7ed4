using TransferLearning.Formats.Stored;
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
    public long ByteCount => TensorShape.ByteCount(TensorShape.ElementCount(Shape), Type);
}

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="file">The whole file; borrowed.</param>
/// <param name="dataStart">The file's byte after the header.</param>
/// <param name="entry">What the header says.</param>
internal sealed class TensorInSafetensors(Stream file, long dataStart, SafetensorsEntry entry) : StoredTensor(entry.Type, entry.Shape)
{
    public override Stream Open()
    {
        file.Position = dataStart + entry.Start;
        return file;
    }
}
