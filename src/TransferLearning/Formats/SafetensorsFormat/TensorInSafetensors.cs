using TransferLearning.Formats.Stored;

namespace TransferLearning.Formats.SafetensorsFormat;

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
