namespace TransferLearning.Exporting;

/// <summary>Runs an ONNX file, so that an export can compare it with the model: by ONNX Runtime, say, on which the library does not depend.</summary>
public interface IOnnxVerifier
{
    /// <summary>Computes the file's first output for images, one after the other.</summary>
    /// <param name="path">The file; it is moved as soon as the last output was taken, so it must be closed by then.</param>
    /// <param name="images">The images, as the file's input takes them; prepared as they are asked for.</param>
    /// <returns>The numbers of each image, in the order of the images.</returns>
    IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images);
}

/// <summary>A batch of one image.</summary>
public sealed record OnnxImage
{
    /// <summary>The shape: [1, H, W, 3] for pixels, [1, channels, H, W] for values.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The uint8 pixels of a file that takes images; else empty.</summary>
    public byte[] Pixels { get; init; } = [];

    /// <summary>The float32 values of a file that takes tensors; else empty.</summary>
    public float[] Values { get; init; } = [];
}
