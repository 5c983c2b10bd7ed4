using TransferLearning.Formats.SafetensorsFormat;
using TransferLearning.Formats.Stored;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Formats;

/// <summary>Reads and writes safetensors files: named tensors and text notes, no code.</summary>
/// <remarks>Source: "Format" in https://github.com/huggingface/safetensors. What its text forbids is refused: gaps, overlaps, a name twice.</remarks>
public static class Safetensors
{
    /// <summary>Reads a file as it is; names stay as they are.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors in the header's order, with the file's metadata; the caller disposes them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged or of another format.</exception>
    public static StateDict Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = RegularFile.Open(path);
        return Read(file, path);
    }

    /// <summary>Reads a stream from its current position to its end.</summary>
    /// <param name="stream">Must be seekable: lengths are checked against what is left before memory is taken. Borrowed.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The tensors in the header's order, with the metadata; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <exception cref="WeightsFormatException">The data is damaged or of another format.</exception>
    public static StateDict Read(Stream stream, string name = "safetensors stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException($"A {stream.GetType().Name} cannot seek; copy it into a MemoryStream or a file first.", nameof(stream));
        using StoredWeights tensors = FormatErrors.Name(name, () => SafetensorsReader.Open(stream, name));
        return tensors.ReadAll();
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="tensors">Named tensors on any device, of any strides; borrowed. The header keeps their order.</param>
    /// <param name="metadata">Notes beside the tensors.</param>
    /// <exception cref="ArgumentException">A name comes twice or is "__metadata__", or a type is unknown to the format.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Written from its current position; borrowed.</param>
    /// <param name="tensors">Named tensors on any device, of any strides; borrowed. The header keeps their order.</param>
    /// <param name="metadata">Notes beside the tensors.</param>
    /// <exception cref="ArgumentException">A name comes twice or is "__metadata__", or a type is unknown to the format.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsWriter.Write(stream, [.. tensors], metadata ?? new Dictionary<string, string>());
    }
}
