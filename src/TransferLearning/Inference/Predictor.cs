using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using TransferLearning.Tasks;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A trained network that says what is in an image. Owns its weights. Thread-safe: threads decode side by side and compute in turn.</summary>
public sealed partial class Predictor : IPredictor
{
    private readonly InferenceNetwork _network;
    private readonly Lock _changing = new();
    private volatile HeadStatistics? _statistics;
    private volatile ReadAs _reads;

    internal Predictor(
        IReadOnlyList<Backbone> networks, ModelMetadata metadata, ImageReader images, OutputReading reading, Func<LearningTask> task,
        Device? device, ComputePrecision precision = ComputePrecision.Float32, HeadStatistics? statistics = null, bool isTaskKnown = true)
    {
        _network = new InferenceNetwork(networks, metadata.Preprocessing, images, device, precision);
        _statistics = statistics;
        _reads = new ReadAs(reading, metadata, task, images, isTaskKnown);
    }

    /// <inheritdoc/>
    public ModelMetadata Metadata => _reads.Metadata;

    /// <summary>The views of an image that a prediction is averaged over, which <see cref="Save(string)"/> saves with the model.</summary>
    /// <remarks>Each view goes through the network as one more image of a batch. A prediction that has begun keeps the views that it began with.</remarks>
    /// <value>What the model file says; by default the image alone.</value>
    public TestTimeAugmentation TestTimeAugmentation
    {
        get => Metadata.TestTimeAugmentation;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Change(reads => reads.With(reads.Metadata with { TestTimeAugmentation = value }));
        }
    }

    /// <summary>The names of the classes, or of the values, in the order in which the outputs are read.</summary>
    public IReadOnlyList<string> Classes => Metadata.Classes;

    /// <summary>Reads a model file.</summary>
    /// <remarks>
    /// What the file says is checked before it is used: image sides of 1 to 2048 pixels, unique names, settings that fit the outputs, finite weights.
    /// </remarks>
    /// <param name="path">A file that <see cref="Save(string)"/> wrote.</param>
    /// <param name="options">A network of your own, device, precision, limits, and parts that the file names.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model, or needs a network or a part that was not supplied.</exception>
    public static Predictor Load(string path, PredictorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = RegularFile.Open(path);
        return PredictorLoader.Load(stream, path, options ?? new PredictorOptions());
    }

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">What <see cref="Save(Stream)"/> wrote; left open.</param>
    /// <param name="options">A network of your own, device, precision, limits, and parts that the file names.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelFileException">The data is damaged, altered, or no model, or needs a network or a part that was not supplied.</exception>
    public static Predictor Load(Stream stream, PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new PredictorOptions();
        if (stream.CanSeek)
            return PredictorLoader.Load(stream, "the model stream", options);

        using var content = new MemoryStream(); // lengths are checked against the content before memory is allocated
        stream.CopyTo(content);
        content.Position = 0;
        return PredictorLoader.Load(content, "the model stream", options);
    }

    /// <summary>Computes once on a black image, so that the first that matters does not wait for libraries to load and kernels to be built.</summary>
    /// <returns>This predictor.</returns>
    public Predictor WarmUp()
    {
        _network.WarmUp(this);
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

    /// <summary>Predicts every image of a labeled source and measures how well.</summary>
    /// <param name="source">Images whose classes, or values, have the model's names.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <param name="metrics">The metrics besides the loss; the defaults of the model's task if none is given.</param>
    /// <returns>The predictions and what was measured.</returns>
    /// <exception cref="ArgumentException">The names differ from the model's, targets or a metric do not suit the task, or two metrics have one
    /// name.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="SampleLoadException">The source failed to load an image.</exception>
    /// <exception cref="InvalidOperationException">The network's output for an image is NaN or infinite; the message names it.</exception>
    /// <exception cref="ModelFileException">The model was loaded without its task, which is one of your own.</exception>
    public Evaluation Evaluate(IDatasetSource source, int batchSize = 16, params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(metrics);
        return EvaluateBy(_reads, source, batchSize, metrics);
    }

    /// <summary>Writes the model as one file, whole or not at all.</summary>
    /// <param name="path">Where; an earlier file of that name is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _network.Use(this, networks =>
        {
            ModelFile.Write(path, [.. networks.Select(network => network.Network)], Metadata, _statistics);
            return path;
        });
    }

    /// <summary>Writes the model to a stream.</summary>
    /// <param name="stream">Where; left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _network.Use(this, networks =>
        {
            ModelFile.Write(stream, [.. networks.Select(network => network.Network)], Metadata, _statistics);
            return stream;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private Evaluation EvaluateBy(ReadAs reads, IDatasetSource source, int batchSize, IReadOnlyList<Metric> metrics)
    {
        if (!source.Classes.SequenceEqual(Classes))
            throw new ArgumentException(
                PrintableText.Of($"The source's names ({string.Join(", ", source.Classes)}) are not the model's ({string.Join(", ", Classes)})."),
                nameof(source));

        LearningTask task = reads.Task();
        if (task.FindProblems(new DatasetSplit(source, source)).LastOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(source));
        if (MetricTallies.FindRepeated(metrics).Concat(task.FindProblems(metrics, task.GetOutputCount(Classes))).FirstOrDefault() is { } unfit)
            throw new ArgumentException(unfit, nameof(metrics));
        metrics = metrics.Count > 0 ? [.. metrics] : task.DefaultMetrics;
        var tally = new MetricTallies(metrics);
        var rows = new OutcomeRows { Labels = task.Labels };
        int done = 0;
        Prediction[] predictions = [.. _network.ComputeMany(this, EncodedImage.Of(source), batchSize, Measure, reads.Views.Preparer)];
        return new Evaluation(source.Classes, source.Samples, predictions, rows, metrics, tally.Values());

        Prediction[] Measure(IReadOnlyList<Backbone> networks, Tensor images, string[] names)
        {
            Tensor output = reads.Views.Forward(networks, images);
            Prediction[] readings = reads.Read(output, names);
            output = TemperatureScaling.Divided(output, reads.Reading);
            Sample[] samples = [.. Enumerable.Range(done, (int)output.shape[0]).Select(index => source.Samples[index])];
            done += samples.Length;
            Tensor targets = task.Encode(samples, Classes).to(output.device);
            double loss = task.DefaultLoss.Compute(new LossContext { Output = output, Targets = targets }).item<float>();
            BatchOutcome outcome = task.GetOutcome(output, targets, loss, samples.Length);
            tally.Add(outcome);
            rows.Add(outcome);
            return readings;
        }
    }

    private IEnumerable<Prediction> PredictMany(IEnumerable<EncodedImage> images, int batchSize)
    {
        ReadAs reads = _reads;
        return _network.ComputeMany(this, images, batchSize, reads.Predict, reads.Views.Preparer);
    }

    private Prediction Predict(ReadOnlySpan<byte> encoded, string name)
    {
        ReadAs reads = _reads;
        return _network.Compute(this, encoded, name, reads.Predict, reads.Views.Preparer)[0];
    }
}
