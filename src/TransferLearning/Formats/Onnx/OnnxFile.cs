using TransferLearning.Internal;

namespace TransferLearning.Formats.Onnx;

/// <summary>Reads and writes ONNX files.</summary>
/// <remarks>Source: "Open Neural Network Exchange Intermediate Representation" and "External Data" in https://github.com/onnx/onnx.</remarks>
internal static class OnnxFile
{
    // Below what readers of Protocol Buffers accept, which count in 31 bits.
    private const long LongestFile = int.MaxValue - (1L << 20);

    private const int BufferSize = 1 << 16;

    /// <summary>
    /// Opens a file. Its messages are counted before they are parsed and take no more memory than the file and 32 MiB; larger tensors stay in the file.
    /// Neither the graph nor any tensor has been checked yet: see <see cref="OnnxChecks"/> and <see cref="OnnxModel.ReadTensor"/>.
    /// </summary>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OnnxFormatException">It is damaged, of another format, or too large in memory.</exception>
    public static OnnxModel Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(RegularFile.Open(path, BufferSize), path);
    }

    /// <summary>Opens what a seekable stream holds as if it were a file's content.</summary>
    /// <param name="content">Taken over, also where it is refused.</param>
    /// <param name="path">What errors call it; external data are looked for beside it.</param>
    /// <exception cref="OnnxFormatException">As for a file.</exception>
    public static OnnxModel Read(Stream content, string path)
    {
        OnnxModel? model = null;
        try
        {
            model = new OnnxModel(content, path, FormatErrors.Name(path, () => Parse(content), OnnxFormatException.Of));
        }
        finally
        {
            if (model is null)
                content.Dispose();
        }
        return model;
    }

    /// <summary>
    /// Writes a file, whole or not at all; the same input gives the same bytes. Weights go from their writers to the disk. Where the file would be longer
    /// than readers accept, they go into a file beside it, "name.onnx.[16 digits of its SHA-256].data", so that no other model's is replaced.
    /// </summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="proto">All but the weights; constants may be among its initializers. Borrowed and left as it is.</param>
    /// <param name="initializers">The weights, in the order in which they are written.</param>
    /// <param name="longestFile">The length from which on weights go into a file of their own.</param>
    /// <exception cref="ArgumentException">An initializer's name comes twice, or the graph alone is longer than readers accept.</exception>
    /// <exception cref="InvalidOperationException">A writer wrote another number of bytes than its shape asks for.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string path, ModelProto proto, IReadOnlyList<OnnxInitializer> initializers, long longestFile = LongestFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var whole = new OnnxWriter(proto, initializers);
        if (whole.Length <= longestFile)
        {
            AtomicFile.Write(path, whole.Write);
            return;
        }

        var weights = new OnnxWeights(path, initializers);
        var graph = new OnnxWriter(proto, initializers, weights);
        if (graph.Length > LongestFile)
            throw new ArgumentException($"The graph takes {graph.Length} bytes without its weights; readers accept {LongestFile}.", nameof(proto));
        weights.WriteThen(() => AtomicFile.Write(path, graph.Write));
    }

    private static ModelProto Parse(Stream content)
    {
        OtherFormats.Refuse(content);
        ModelProto proto = OnnxSkeleton.Read(content);
        return proto.Graph is not null ? proto : throw new InvalidDataException("it has no graph; it is no ONNX file, or damaged");
    }
}
