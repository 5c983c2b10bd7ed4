using TransferLearning.Importing;
using TransferLearning.Published;

namespace TransferLearning;

/// <content>Networks from ONNX files.</content>
public static partial class Pretrained
{
    /// <summary>An image network from an ONNX file, of which every weight can learn.</summary>
    /// <remarks>
    /// Nothing in the file is run. Weights become parameters, nodes become layers, and batch norms are batch norms again, unless the file's writer
    /// worked them into convolutions. Stages end where maps of one size end, and are named after the node that ends them. The last linear layer is the
    /// head; where the file ends in features, a new head is put behind. A model file carries the graph, so it loads without the ONNX file.
    /// </remarks>
    /// <param name="path">The file: opset 7 or later, one input [N, channels, H, W] or [N, H, W, channels] in floating point.</param>
    /// <param name="options">What the file does not say: how the network wants its images, operators of your own.</param>
    /// <returns>The network, to be opened as it is; it is named after the file and its content.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Formats.OnnxFormatException">The file is not valid, or has what is not supported: the message names node and operator.</exception>
    public static PretrainedBackbone FromOnnx(string path, OnnxImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxImport import = OnnxImport.FromFile(Path.GetFullPath(path), options ?? new OnnxImportOptions());
        return From(import.Build, import.Info);
    }
}
