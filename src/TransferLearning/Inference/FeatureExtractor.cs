using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Computes the features of images: what a network's head takes, for search, clustering or a model of another kind; and the maps of its stages. Owns
/// the network. Safe for use by several threads at once: they decode side by side and compute one after another.</summary>
public sealed class FeatureExtractor : IDisposable
{
    private readonly InferenceNetwork _network;
    private readonly string[] _stages;

    private FeatureExtractor(Backbone backbone, FeatureExtractorOptions options)
        : this(backbone, backbone.Info.Preprocessing, options.Reader, options.Device, options.Precision)
    {
    }

    private FeatureExtractor(Backbone backbone, Preprocessing preprocessing, ImageReader reader, Device? device, ComputePrecision precision)
    {
        _network = new InferenceNetwork([backbone], preprocessing, reader, device, precision);
        bool hasHead = backbone.LoadReport?.Skipped.Any(backbone.Info.IsHead) != true;
        Info = backbone.Info;
        _stages = [.. Info.Stages.Select(stage => stage.Name).SkipLast(hasHead ? 0 : 1)];
    }

    /// <summary>The network's metadata: its stages, by name, and the number of its features.</summary>
    public BackboneInfo Info { get; }

    /// <summary>Opens the network of a model file, for images that are read and prepared as the model does.</summary>
    /// <param name="path">A file that <see cref="Predictor.Save(string)"/> wrote, of one network: an ensemble whose members share one is one, too.</param>
    /// <param name="options">A network of your own, device, precision and limits.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFileException">The file is damaged, altered, no model or one of several networks, or needs a network or a part that was not
    /// supplied.</exception>
    public static FeatureExtractor Load(string path, PredictorOptions? options = null)
    {
        using Predictor model = Predictor.Load(path, options);
        (Backbone backbone, ImageReader images) = model.ReleaseNetwork(path);
        backbone.GiveFeatures();
        return new FeatureExtractor(backbone, model.Metadata.Preprocessing, images, options?.Device, backbone.Precision);
    }

    /// <summary>Opens a network with its preprocessing.</summary>
    /// <param name="pretrained">The network and its weights, which need no head.</param>
    /// <param name="options">The reader, the device and the precision; optional.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The weights are of a model with another preprocessing; <see cref="Load"/> opens it with its own.</exception>
    /// <exception cref="FileNotFoundException">The weights file does not exist.</exception>
    /// <exception cref="WeightsFormatException">The weights file cannot be read.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    /// <exception cref="WeightsUnavailableException">Published weights cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">A download was cancelled.</exception>
    public static FeatureExtractor Open(PretrainedBackbone pretrained, FeatureExtractorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        RequireSamePreprocessing(pretrained);
        TorchRuntime.EnsureAvailable();
        return new FeatureExtractor(BackboneLoader.OpenForFeatures(pretrained, options?.Store, cancellationToken), options ?? new FeatureExtractorOptions());
    }

    /// <summary>Opens a network without holding a thread while its weights are downloaded.</summary>
    /// <inheritdoc cref="Open" path="/param"/>
    /// <inheritdoc cref="Open" path="/returns"/>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static async Task<FeatureExtractor> OpenAsync(
        PretrainedBackbone pretrained, FeatureExtractorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        RequireSamePreprocessing(pretrained);
        TorchRuntime.EnsureAvailable();
        Backbone backbone = await BackboneLoader.OpenForFeaturesAsync(pretrained, options?.Store, cancellationToken).ConfigureAwait(false);
        return new FeatureExtractor(backbone, options ?? new FeatureExtractorOptions());
    }

    /// <summary>The features of an image file.</summary>
    /// <param name="path">An image.</param>
    /// <returns><see cref="BackboneInfo.FeatureSize"/> numbers: the input of the head, pooled if it takes feature maps.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A feature is NaN or infinite; the message names the image.</exception>
    public float[] Extract(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ExtractMany([path], batchSize: 1).Single();
    }

    /// <inheritdoc cref="Extract(string)"/>
    /// <param name="encoded">An image file's content.</param>
    public float[] Extract(ReadOnlyMemory<byte> encoded) => ExtractMany([encoded], batchSize: 1).Single();

    /// <inheritdoc cref="Extract(string)"/>
    /// <param name="encoded">An image file's content, read to its end; left open.</param>
    public float[] Extract(Stream encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return ExtractMany([encoded], batchSize: 1).Single();
    }

    /// <summary>The features of many images, a batch at a time.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>The features in the order of the images, computed as they are asked for; while the network computes a batch, the next one is read.</returns>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="IOException">A file or a stream cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A feature is NaN or infinite; the message names the image.</exception>
    public IEnumerable<float[]> ExtractMany(IEnumerable<string> paths, int batchSize = 16) => ExtractMany(EncodedImage.Of(paths), batchSize);

    /// <inheritdoc cref="ExtractMany(IEnumerable{string}, int)"/>
    /// <param name="encoded">Image files' contents.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    public IEnumerable<float[]> ExtractMany(IEnumerable<ReadOnlyMemory<byte>> encoded, int batchSize = 16) =>
        ExtractMany(EncodedImage.Of(encoded), batchSize);

    /// <inheritdoc cref="ExtractMany(IEnumerable{string}, int)"/>
    /// <param name="encoded">Image files' contents, each read to its end and left open; several are read at once.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    public IEnumerable<float[]> ExtractMany(IEnumerable<Stream> encoded, int batchSize = 16) => ExtractMany(EncodedImage.Of(encoded), batchSize);

    /// <inheritdoc cref="ExtractMany(IEnumerable{string}, int)"/>
    /// <param name="source">Images; their labels are not used.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    public IEnumerable<float[]> ExtractMany(IDatasetSource source, int batchSize = 16) => ExtractMany(EncodedImage.Of(source), batchSize);

    /// <summary>What stages of the network give for an image file.</summary>
    /// <param name="path">An image.</param>
    /// <param name="stages">Names of stages, see <see cref="Info"/>; none stands for all.</param>
    /// <returns>One map a stage, in the order of the stages.</returns>
    /// <exception cref="ArgumentException">The network has no such stage, or its weights have no head.</exception>
    /// <exception cref="InvalidOperationException">The network is not made of stages that can be computed one by one, or a value is NaN or
    /// infinite.</exception>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<StageMap> ExtractMaps(string path, params IReadOnlyList<string> stages) => ExtractManyMaps([path], stages, batchSize: 1).Single();

    /// <summary>What stages of the network give for many image files, a batch at a time.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="stages">Names of stages, see <see cref="Info"/>; none stands for all.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>For each image, in the order of the paths, one map a stage, in the order of the stages; computed as they are asked for.</returns>
    /// <inheritdoc cref="ExtractMaps" path="/exception"/>
    public IEnumerable<IReadOnlyList<StageMap>> ExtractManyMaps(IEnumerable<string> paths, IReadOnlyList<string> stages, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.FirstOrDefault(stage => !_stages.Contains(stage)) is { } unknown)
        {
            bool isHead = Info.Stages.Any(stage => stage.Name == unknown);
            string why = isHead ? $"was opened from weights without its head '{unknown}'" : $"has no stage '{unknown}'";
            throw new ArgumentException($"{Info.Name} {why}. Its stages: {string.Join(", ", _stages)}.", nameof(stages));
        }

        HashSet<string> wanted = [.. stages.Count > 0 ? stages : _stages];
        return _network.ComputeMany(this, EncodedImage.Of(paths), batchSize, (networks, images, names) =>
        {
            IEnumerable<(string Name, Tensor Output)> asked = networks[0].Stages(images).Where(stage => wanted.Contains(stage.Name));
            StageMap[][] byStage = [.. asked.Select(stage => MapsOf(stage.Name, stage.Output, names))];
            return Enumerable.Range(0, names.Length).Select(image => (IReadOnlyList<StageMap>)[.. byStage.Select(maps => maps[image])]).ToArray();
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private static void RequireSamePreprocessing(PretrainedBackbone pretrained)
    {
        if (pretrained.Weights is WeightsSource.File file && ModelFile.PreprocessingIn(file.Path) is { } own && own != pretrained.Info.Preprocessing)
        {
            throw new ArgumentException(PrintableText.Of(
                $"The model '{file.Path}' prepares images by {own}, not by {pretrained.Info.Preprocessing}: "
                + $"open it with {nameof(FeatureExtractor)}.{nameof(Load)}."),
                nameof(pretrained));
        }
    }

    private IEnumerable<float[]> ExtractMany(IEnumerable<EncodedImage> images, int batchSize) =>
        _network.ComputeMany(this, images, batchSize, FeaturesOf);

    private static float[][] FeaturesOf(IReadOnlyList<Backbone> networks, Tensor images, string[] names)
    {
        Tensor features = networks[0].Features(images);
        return InferenceNetwork.Rows(features.dim() == 4 ? features.mean([2, 3]) : features, "Feature", names);
    }

    private static StageMap[] MapsOf(string stage, Tensor output, string[] names)
    {
        int[] shape = [.. output.shape[1..].Select(side => (int)side)];
        float[][] rows = InferenceNetwork.Rows(output, $"Stage {stage}'s value", names);
        return [.. rows.Select(values => new StageMap { Stage = stage, Shape = shape, Values = values })];
    }
}
