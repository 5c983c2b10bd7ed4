using Microsoft.ML.OnnxRuntime;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Predictions;
using ModelFileException = TransferLearning.Models.ModelFileException;
using ModelMetadata = TransferLearning.Models.ModelMetadata;

namespace TransferLearning;

/// <summary>A network in an ONNX file that says what is in an image, run by ONNX Runtime without libtorch. Thread-safe: threads decode and compute side by
/// side.</summary>
/// <remarks>
/// It loads what <c>ExportOnnx</c> writes, with its preprocessing, reading and names, and other ONNX files of one input and one output of numbers with
/// <see cref="OnnxPredictorOptions.Metadata"/>. Images of one batch that have the same size are computed at once. Disposed, it ends with the predictions that
/// have begun.
/// </remarks>
public sealed class OnnxPredictor : IPredictor
{
    // A PNG of one pixel: once it is decoded, the decoder's library is loaded.
    private static readonly byte[] _pixel =
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC");

    private readonly OnnxSession _session;
    private readonly OnnxImageInput _input;
    private readonly PipelineReader _images;
    private readonly OutputReading _reading;
    private readonly bool _givesLogits;
    private readonly long _maximumResizedPixels;

    internal OnnxPredictor(OnnxSession session, OnnxImageInput input, ModelMetadata metadata, ImageReader images, OutputReading reading, bool givesLogits)
    {
        (_session, _input, Metadata, _reading, _givesLogits) = (session, input, metadata, reading, givesLogits);
        _images = input.ReadBy(images);
        _maximumResizedPixels = images.Options.MaximumResultPixels;
    }

    /// <inheritdoc/>
    public ModelMetadata Metadata { get; }

    /// <summary>The names of the classes, or of the values, in the order in which the outputs are read.</summary>
    public IReadOnlyList<string> Classes => Metadata.Classes;

    /// <summary>Opens an ONNX file.</summary>
    /// <remarks>ONNX Runtime parses the file itself; load files of a source that you trust, as you would a library.</remarks>
    /// <param name="path">The file; weights beside it are found.</param>
    /// <param name="options">Execution providers, threads, limits, and parts that the file names or does not say.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFileException">The file is damaged or no ONNX file, takes or gives something else than images and numbers, does not say what it
    /// is, or needs a part that was not supplied.</exception>
    public static OnnxPredictor Load(string path, OnnxPredictorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new ModelFileException(path, "is a folder; an ONNX file is expected.");
        using (RegularFile.Open(path))
            return OnnxPredictorLoader.Load(path, options ?? new OnnxPredictorOptions(), session => new InferenceSession(path, session));
    }

    /// <summary>Reads an ONNX file from a stream.</summary>
    /// <param name="stream">The file's content, read to its end; left open. ONNX Runtime looks for weights outside of it in the current folder.</param>
    /// <param name="options">Execution providers, threads, limits, and parts that the file names or does not say.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelFileException">The content is damaged or no ONNX file, takes or gives something else than images and numbers, does not say what it
    /// is, or needs a part that was not supplied.</exception>
    public static OnnxPredictor Load(Stream stream, OnnxPredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        byte[] bytes = content.ToArray();
        return OnnxPredictorLoader.Load("the model stream", options ?? new OnnxPredictorOptions(), session => new InferenceSession(bytes, session));
    }

    /// <summary>Decodes and predicts a drawn image, so that the first that matters does not wait for libraries and memory.</summary>
    /// <returns>This predictor.</returns>
    /// <exception cref="InvalidOperationException">The network fails, or its output is NaN or infinite.</exception>
    public OnnxPredictor WarmUp()
    {
        try
        {
            _images.Read(_pixel, "a pixel", default).Release();
        }
        catch (ImageFormatException)
        {
            // by a decoder of other formats
        }
        Compute([new LoadedImage("a drawn image", _input.Draw())]);
        return this;
    }

    /// <inheritdoc/>
    public Prediction Predict(string path)
    {
        using EncodedBytes encoded = EncodedBytes.OfFile(path);
        return Predict(encoded.Span, path);
    }

    /// <inheritdoc/>
    public Prediction Predict(ReadOnlySpan<byte> encoded) => Predict(encoded, "the image");

    /// <inheritdoc/>
    public Prediction Predict(Stream encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        using EncodedBytes content = EncodedBytes.OfStream(encoded);
        return Predict(content.Span);
    }

    /// <inheritdoc/>
    public IEnumerable<Prediction> PredictMany(IEnumerable<string> paths, int batchSize = 16) => PredictMany(EncodedImage.Of(paths), batchSize);

    /// <inheritdoc/>
    public IEnumerable<Prediction> PredictMany(IEnumerable<ReadOnlyMemory<byte>> encoded, int batchSize = 16) =>
        PredictMany(EncodedImage.Of(encoded), batchSize);

    /// <inheritdoc/>
    public IEnumerable<Prediction> PredictMany(IEnumerable<Stream> encoded, int batchSize = 16) => PredictMany(EncodedImage.Of(encoded), batchSize);

    /// <inheritdoc/>
    public IEnumerable<Prediction> PredictMany(IDatasetSource source, int batchSize = 16) => PredictMany(EncodedImage.Of(source), batchSize);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private Prediction Predict(ReadOnlySpan<byte> encoded, string name) => Compute([Load(encoded, name)])[0];

    private IEnumerable<Prediction> PredictMany(IEnumerable<EncodedImage> images, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int workers = Math.Min(Environment.ProcessorCount, batchSize);
        IEnumerable<LoadedImage> loaded = ReadAhead.Of(images, _input.GetAhead(batchSize, workers), workers, LoadOne, Release);
        return ReadAhead.Batches(loaded, batchSize, OnnxImageInput.MostBytes, image => _input.BytesOf(image.Pixels), Release).SelectMany(Compute);

        LoadedImage LoadOne(EncodedImage image)
        {
            using EncodedBytes encoded = image.Load();
            return Load(encoded.Span, image.Name);
        }
    }

    private LoadedImage Load(ReadOnlySpan<byte> encoded, string name)
    {
        var image = new LoadedImage(name, _images.Read(encoded, name, default));
        if (_input.GetResizedPixels(image.Pixels) is var pixels && pixels <= _maximumResizedPixels)
            return image;

        (int width, int height) = image.Size;
        Release(image);
        throw new ImageFormatException(name, $"the file resizes its {width}x{height} pixels to {pixels}; the limit is {_maximumResizedPixels}.");
    }

    private static void Release(LoadedImage image) => image.Pixels.Release();

    private Prediction[] Compute(LoadedImage[] images)
    {
        try
        {
            var predictions = new Prediction[images.Length];
            foreach (IGrouping<(int, int), int> ofOneSize in Enumerable.Range(0, images.Length).GroupBy(index => images[index].Size))
            {
                foreach (int[] indices in ofOneSize.Chunk(_input.GetMost(images[ofOneSize.First()].Pixels)))
                {
                    foreach ((int index, float[] row) in indices.Zip(ComputeAtOnce([.. indices.Select(index => images[index])])))
                        predictions[index] = Read(row);
                }
            }
            return predictions;
        }
        finally
        {
            Array.ForEach(images, Release);
        }
    }

    private float[][] ComputeAtOnce(LoadedImage[] images)
    {
        string[] names = [.. images.Select(image => image.Name)];
        float[] numbers = _input.Use([.. images.Select(image => image.Pixels)], input => _session.Run(this, input, names));
        return FiniteRows.Of(numbers, "Output", names);
    }

    private Prediction Read(float[] row) =>
        _givesLogits ? _reading.Read(row, Classes) : _reading.CreatePrediction(Array.ConvertAll(row, number => (double)number), Classes);

    /// <summary>An image as the file takes it, but for its normalization, in memory of a pool.</summary>
    private sealed record LoadedImage(string Name, PixelBuffer Pixels)
    {
        public (int, int) Size => (Pixels.Width, Pixels.Height);
    }
}
