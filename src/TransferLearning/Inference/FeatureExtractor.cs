using TransferLearning.Data;
using TransferLearning.Formats;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A network that tells what it makes of an image: the features that its head would take, for search, clustering or a model
/// of another kind, and the maps of its stages. Safe for use by several threads at once.
/// </summary>
public sealed class FeatureExtractor : IDisposable
{
    private readonly InferenceNetwork _network;

    private FeatureExtractor(Backbone backbone, Device? device, ComputePrecision precision)
    {
        Info = backbone.Info;
        _network = new InferenceNetwork(backbone, backbone.Info.Preprocessing, new ImageReader(new SkiaImageDecoder()), device, precision);
    }

    /// <summary>The network's metadata: its stages, by name, and the number of its features.</summary>
    public BackboneInfo Info { get; }

    /// <summary>Opens a network. That of a model file of your own is opened by <see cref="PretrainedBackbone.WithWeights"/>.</summary>
    /// <param name="pretrained">The network and its weights.</param>
    /// <param name="device">Where to compute; the CPU by default.</param>
    /// <param name="precision">The number format of the network's activations: features are PyTorch's to their last digits in float32; <see cref="ComputePrecision.Auto"/> is faster where it can be.</param>
    /// <param name="store">Where published weights are kept.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">The weights file does not exist.</exception>
    /// <exception cref="WeightsFormatException">The weights file cannot be read.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    /// <exception cref="WeightsUnavailableException">Published weights cannot be fetched.</exception>
    public static FeatureExtractor Open(
        PretrainedBackbone pretrained, Device? device = null, ComputePrecision precision = ComputePrecision.Float32,
        WeightsStoreOptions? store = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        TorchRuntime.EnsureAvailable();
        Backbone backbone = BackboneLoader.Open(pretrained, classes: null, seed: 0, store, cancellationToken: cancellationToken);
        try
        {
            backbone.GiveFeatures();
            return new FeatureExtractor(backbone, device, precision);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>The features of an image file.</summary>
    /// <param name="path">An image.</param>
    /// <returns>As many numbers as <see cref="BackboneInfo.FeatureSize"/> says: what the head takes, pooled where that are maps.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public float[] Features(string path) => FeaturesOfMany([path], batchSize: 1).Single();

    /// <summary>The features of many image files, a batch at a time.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>The features in the order of the paths, computed as they are asked for; while the network computes a batch, the next one is read.</returns>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<float[]> FeaturesOfMany(IEnumerable<string> paths, int batchSize = 16) =>
        Many(paths, batchSize, (backbone, images) => Rows(Pooled(backbone.Features(images))));

    /// <summary>What stages of the network make of an image file.</summary>
    /// <param name="path">An image.</param>
    /// <param name="stages">Names of stages, see <see cref="Info"/>; none stands for all.</param>
    /// <returns>One map a stage, in the order of the stages.</returns>
    /// <exception cref="ArgumentException">The network has no such stage.</exception>
    /// <exception cref="InvalidOperationException">The network is not made of stages that can be computed one by one.</exception>
    /// <exception cref="ImageFormatException">The image cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<StageMap> Maps(string path, params IReadOnlyList<string> stages) => MapsOfMany([path], stages, batchSize: 1).Single();

    /// <summary>What stages of the network make of many image files, a batch at a time.</summary>
    /// <param name="paths">Images.</param>
    /// <param name="stages">Names of stages, see <see cref="Info"/>; none stands for all.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>For each image, in the order of the paths, one map a stage, in the order of the stages; computed as they are asked for.</returns>
    /// <exception cref="ArgumentException">The network has no such stage.</exception>
    /// <exception cref="InvalidOperationException">The network is not made of stages that can be computed one by one.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<IReadOnlyList<StageMap>> MapsOfMany(IEnumerable<string> paths, IReadOnlyList<string> stages, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(stages);
        string[] known = [.. Info.Stages.Select(stage => stage.Name)];
        if (stages.FirstOrDefault(stage => !known.Contains(stage)) is { } unknown)
            throw new ArgumentException($"{Info.Name} has no stage '{unknown}'. Its stages: {string.Join(", ", known)}.", nameof(stages));

        HashSet<string> wanted = [.. stages.Count > 0 ? stages : known];
        return Many(paths, batchSize, (backbone, images) =>
        {
            StageMap[][] byStage = [.. backbone.Stages(images).Where(stage => wanted.Contains(stage.Name)).Select(stage => MapsOf(stage.Name, stage.Output))];
            return Enumerable.Range(0, (int)images.shape[0]).Select(image => (IReadOnlyList<StageMap>)[.. byStage.Select(maps => maps[image])]).ToArray();
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private IEnumerable<T> Many<T>(IEnumerable<string> paths, int batchSize, Func<Backbone, Tensor, T[]> compute)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return _network.Preparer.PrepareMany(paths, batchSize, EncodedBytes.OfFile, path => path)
            .SelectMany(batch => _network.Compute(this, batch.Floats, batch.Count, compute));
    }

    private static Tensor Pooled(Tensor features) => features.dim() == 4 ? features.mean([2, 3]) : features;

    private static StageMap[] MapsOf(string stage, Tensor output)
    {
        int[] shape = [.. output.shape[1..].Select(side => (int)side)];
        return [.. Rows(output).Select(values => new StageMap(stage, shape, values))];
    }

    /// <summary>The values of each image of a batch, in the order of its axes.</summary>
    private static float[][] Rows(Tensor batch)
    {
        float[] values = batch.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        return [.. values.Chunk(values.Length / (int)batch.shape[0])];
    }
}
