using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A trained network that names what is in an image. Owns its weights. Safe for use by several threads at once: they
/// decode side by side and compute one after another.
/// </summary>
public sealed class Predictor : IDisposable
{
    private readonly InferenceNetwork _network;

    internal Predictor(Backbone backbone, ModelMetadata card, ImageReader reader, Device? device, ComputePrecision precision = ComputePrecision.Float32)
    {
        _network = new InferenceNetwork(backbone, card.Preprocessing, reader, device, precision);
        Card = card;
    }

    /// <summary>What the model is, what it was measured at, and where it came from.</summary>
    public ModelMetadata Card { get; }

    /// <summary>The class names, in the order of the logits.</summary>
    public IReadOnlyList<string> Classes => Card.Classes;

    /// <summary>Reads a model file whose network is one of <see cref="Pretrained.Names"/>.</summary>
    /// <param name="path">A file that <see cref="Save(string)"/> wrote.</param>
    /// <param name="backbone">The network, where it is one of your own; its weights are taken from the file.</param>
    /// <param name="device">Where to compute; the CPU by default.</param>
    /// <param name="precision">The number format of the network's activations: scores are PyTorch's to their last digits in float32; <see cref="ComputePrecision.Auto"/> is faster where it can be.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model, or its network is not known.</exception>
    public static Predictor Load(string path, PretrainedBackbone? backbone = null, Device? device = null, ComputePrecision precision = ComputePrecision.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return Load(stream, path, backbone, device, precision);
    }

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">What <see cref="Save(Stream)"/> wrote; left open.</param>
    /// <param name="backbone">The network, where it is one of your own; its weights are taken from the stream.</param>
    /// <param name="device">Where to compute; the CPU by default.</param>
    /// <param name="precision">The number format of the network's activations: scores are PyTorch's to their last digits in float32; <see cref="ComputePrecision.Auto"/> is faster where it can be.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelFileException">The data is damaged, altered, or no model, or its network is not known.</exception>
    public static Predictor Load(Stream stream, PretrainedBackbone? backbone = null, Device? device = null, ComputePrecision precision = ComputePrecision.Float32)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return Load(stream, "the model stream", backbone, device, precision);

        using var content = new MemoryStream(); // lengths are checked against what is there before memory is taken
        stream.CopyTo(content);
        content.Position = 0;
        return Load(content, "the model stream", backbone, device, precision);
    }

    /// <summary>Computes once on a black image, so that the first that matters does not wait for libraries to load and kernels to be built.</summary>
    /// <returns>This predictor.</returns>
    public Predictor WarmUp()
    {
        Predict(new float[_network.Preparer.Length]);
        return this;
    }

    /// <summary>Names what is in an image file.</summary>
    /// <param name="path">An image.</param>
    /// <returns>The label, its probability, and all scores.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Prediction Predict(string path)
    {
        using EncodedBytes encoded = EncodedBytes.OfFile(path);
        return Predict(_network.Preparer.Prepare(encoded.Span, path));
    }

    /// <summary>Names what is in an encoded image.</summary>
    /// <param name="encoded">An image file's content.</param>
    /// <returns>The label, its probability, and all scores.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    public Prediction Predict(ReadOnlySpan<byte> encoded) => Predict(_network.Preparer.Prepare(encoded, "the image"));

    /// <summary>Names what is in an encoded image.</summary>
    /// <param name="encoded">An image file's content, read to its end; left open.</param>
    /// <returns>The label, its probability, and all scores.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    public Prediction Predict(Stream encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        using var content = new MemoryStream();
        encoded.CopyTo(content);
        return Predict(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Names what is in each of many image files, a batch at a time.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="batchSize">How many go through the network at once.</param>
    /// <returns>The predictions in the order of the paths, computed as they are asked for; while the network computes a batch, the next one is read.</returns>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<Prediction> PredictMany(IEnumerable<string> paths, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return PredictMany(paths, batchSize, EncodedBytes.OfFile, path => path);
    }

    /// <summary>Predicts every image of a labelled source and counts what is right.</summary>
    /// <param name="source">Images whose classes are the model's.</param>
    /// <param name="batchSize">How many go through the network at once.</param>
    /// <returns>The predictions, the confusion matrix, and the accuracy with its interval.</returns>
    /// <exception cref="ArgumentException">The classes differ from the model's.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    public Evaluation Evaluate(IDatasetSource source, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (!source.Classes.SequenceEqual(Classes))
            throw new ArgumentException($"The source's classes ({string.Join(", ", source.Classes)}) are not the model's ({string.Join(", ", Classes)}).", nameof(source));

        IEnumerable<int> samples = Enumerable.Range(0, source.Samples.Count);
        return new Evaluation(source, [.. PredictMany(samples, batchSize, index => EncodedBytes.Of(source, index), index => source.Samples[index].Name)]);
    }

    /// <summary>Writes the model as one file, whole or not at all.</summary>
    /// <param name="path">Where; an earlier file of that name is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _network.Use(this, backbone =>
        {
            ModelFile.Write(path, backbone.Network, Card);
            return path;
        });
    }

    /// <summary>Writes the model to a stream.</summary>
    /// <param name="stream">Where; left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _network.Use(this, backbone =>
        {
            ModelFile.Write(stream, backbone.Network, Card);
            return stream;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private static Predictor Load(Stream stream, string name, PretrainedBackbone? backbone, Device? device, ComputePrecision precision)
    {
        TorchRuntime.EnsureAvailable();
        (ModelMetadata card, StateDict weights) = ModelFile.Read(stream, name);
        using (weights)
        {
            Backbone opened = BackboneLoader.Open(backbone ?? Known(card, name), weights);
            try
            {
                if (opened.OutputCount != card.Classes.Count)
                    throw new ModelFileException(name, $"names {card.Classes.Count} classes, but its network tells {opened.OutputCount} apart.");
                return new Predictor(opened, card, new ImageReader(new SkiaImageDecoder()), device, precision);
            }
            catch
            {
                opened.Dispose();
                throw;
            }
        }
    }

    private static PretrainedBackbone Known(ModelMetadata card, string name) => BuiltInNetworks.Find(card.Backbone)?.At(card.Preprocessing) ??
        throw new ModelFileException(name, $"holds the network '{card.Backbone}', which this library does not know: pass the backbone to Predictor.Load.");

    private IEnumerable<Prediction> PredictMany<T>(IEnumerable<T> images, int batchSize, Func<T, EncodedBytes> load, Func<T, string> name) =>
        _network.Preparer.PrepareMany(images, batchSize, load, name).SelectMany(batch => Compute(batch.Floats, batch.Count));

    private Prediction Predict(float[] image) => Compute(image, count: 1)[0];

    /// <summary>Takes N prepared images, N x H x W x 3 floats.</summary>
    private Prediction[] Compute(float[] images, int count) => _network.Compute(this, images, count, (backbone, images) =>
    {
        Tensor logits = backbone.Forward(images).to(ScalarType.Float32).cpu().contiguous();
        return Softmax.Predictions(Classes, logits.data<float>().ToArray());
    });
}
