using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Models;

namespace TransferLearning.Inference;

/// <summary>A trained network that predicts from images, on any runtime.</summary>
/// <remarks>Implementations must be safe for use by several threads at once, and throw an <see cref="InvalidOperationException"/> that names the image
/// rather than predict from outputs that are NaN or infinite.</remarks>
public interface IPredictor : IDisposable
{
    /// <summary>The model's metadata: classes, preprocessing, metrics and origin.</summary>
    ModelMetadata Metadata { get; }

    /// <summary>The names of the classes, or of the values.</summary>
    IReadOnlyList<string> Classes => Metadata.Classes;

    /// <summary>Predicts from an image file.</summary>
    /// <param name="path">An image.</param>
    /// <returns>The prediction of the model's task.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    Prediction Predict(string path);

    /// <summary>Predicts from an encoded image.</summary>
    /// <param name="encoded">An image file's content.</param>
    /// <returns>The prediction of the model's task.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    Prediction Predict(ReadOnlySpan<byte> encoded);

    /// <summary>Predicts from an encoded image.</summary>
    /// <param name="encoded">An image file's content, read to its end; left open.</param>
    /// <returns>The prediction of the model's task.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    Prediction Predict(Stream encoded);

    /// <summary>Predicts from many image files, in batches.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>The predictions in the order of the images, computed as they are asked for; while the network computes a batch, the next one is read.</returns>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    IEnumerable<Prediction> PredictMany(IEnumerable<string> paths, int batchSize = 16);

    /// <inheritdoc cref="PredictMany(IEnumerable{string}, int)"/>
    /// <param name="encoded">Image files' contents.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    IEnumerable<Prediction> PredictMany(IEnumerable<ReadOnlyMemory<byte>> encoded, int batchSize = 16);

    /// <inheritdoc cref="PredictMany(IEnumerable{string}, int)"/>
    /// <param name="encoded">Image files' contents, each read to its end by another thread; left open.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    IEnumerable<Prediction> PredictMany(IEnumerable<Stream> encoded, int batchSize = 16);

    /// <inheritdoc cref="PredictMany(IEnumerable{string}, int)"/>
    /// <param name="source">Images; their targets are not used.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    IEnumerable<Prediction> PredictMany(IDatasetSource source, int batchSize = 16);
}
