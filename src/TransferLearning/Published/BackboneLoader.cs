using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published.HuggingFace;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Published;

/// <summary>Opens pretrained networks: builds them, fills them, and gives them the head that is asked for. Safe for use by several threads at once.</summary>
public static class BackboneLoader
{
    /// <summary>Builds a network with its weights.</summary>
    /// <param name="pretrained">What to build, and where its weights come from.</param>
    /// <param name="outputCount">The number of outputs of a new head, at least 1: of classes, usually. Null keeps the head of the weights.</param>
    /// <param name="seed">Where random weights, of the whole network or of the new head, come from.</param>
    /// <param name="store">Where published weights are kept.</param>
    /// <param name="progress">Told how a download goes on.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The network in main memory, built on the calling thread; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputCount"/> is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// The rename gives two tensors one name, the published source is not an https address of a file with a SHA-256, the mirror is not an https address,
    /// or the network cannot have the head that it is given.
    /// </exception>
    /// <exception cref="FileNotFoundException">The weights file does not exist.</exception>
    /// <exception cref="WeightsFormatException">The weights file cannot be read.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    /// <exception cref="WeightsUnavailableException">Published weights cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">A download was cancelled.</exception>
    public static Backbone Open(
        PretrainedBackbone pretrained, int? outputCount, long seed,
        WeightsStoreOptions? store = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Build(pretrained, outputCount, seed, Find(pretrained, outputCount, store, progress, cancellationToken).GetAwaiter().GetResult());

    /// <summary>Builds a network with its weights, without holding a thread while they are downloaded; it is built on the thread that goes on then.</summary>
    /// <inheritdoc
    /// cref="Open(PretrainedBackbone, int?, long, WeightsStoreOptions, IProgress{DownloadProgress}, CancellationToken)"
    /// path="/*[not(self::summary or self::returns)]"/>
    /// <returns>The network in main memory; the caller disposes it.</returns>
    public static async Task<Backbone> OpenAsync(
        PretrainedBackbone pretrained, int? outputCount, long seed,
        WeightsStoreOptions? store = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Build(pretrained, outputCount, seed, await Find(pretrained, outputCount, store, progress, cancellationToken).ConfigureAwait(false));

    /// <summary>Builds a network for its features: a head that the weights lack, or that is of another kind, is skipped and left uninitialized.</summary>
    internal static Backbone OpenForFeatures(
        PretrainedBackbone pretrained, WeightsStoreOptions? store, CancellationToken cancellationToken, long seed = 0) =>
        Build(pretrained, FindAsync(pretrained, store, progress: null, cancellationToken).GetAwaiter().GetResult(), seed, FillForFeatures);

    /// <inheritdoc cref="OpenForFeatures"/>
    internal static async Task<Backbone> OpenForFeaturesAsync(PretrainedBackbone pretrained, WeightsStoreOptions? store, CancellationToken cancellationToken) =>
        Build(pretrained, await FindAsync(pretrained, store, progress: null, cancellationToken).ConfigureAwait(false), seed: 0, FillForFeatures);

    /// <summary>Builds a network and fills it, head included, from weights that have been read already.</summary>
    /// <param name="pretrained">What to build; its own source of weights is not looked at.</param>
    /// <param name="weights">By the network's names; borrowed.</param>
    /// <returns>The network in main memory, with as many outputs as the weights have; the caller disposes it.</returns>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    public static Backbone Open(PretrainedBackbone pretrained, StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        ArgumentNullException.ThrowIfNull(weights);
        PretrainedBackbone asBuilt = pretrained with { Weights = new WeightsSource.AsBuilt() };
        return Build(asBuilt, StoredWeights.Of(weights), seed: 0, (backbone, stored) => Fill(backbone, stored!, outputCount: null, seed: 0));
    }

    /// <summary>
    /// Fills a network from weights whose head may have another number of outputs, and whose first convolution may be for three channels where
    /// the network's is for another number (<see cref="PretrainedBackbone.WithChannels"/>). With <paramref name="outputCount"/> the weights'
    /// head is skipped, since a new one follows; without, the network's head takes the number of the weights.
    /// </summary>
    /// <param name="backbone">Overwritten.</param>
    /// <param name="weights">By the network's names; borrowed.</param>
    /// <param name="outputCount">The number of outputs of the head that follows; null where the head of the weights is to stay.</param>
    /// <param name="seed">Where a head's first weights come from, which are then overwritten.</param>
    /// <returns>What was loaded and what was skipped; the network keeps it as its <see cref="Backbone.LoadReport"/>.</returns>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    public static LoadReport Fill(Backbone backbone, StateDict weights, int? outputCount, long seed)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(weights);
        using var stored = StoredWeights.Of(weights);
        return Fill(backbone, stored, outputCount, seed);
    }

    private static LoadReport Fill(Backbone backbone, StoredWeights weights, int? outputCount, long seed)
    {
        if (outputCount is null && OutputCountIn(backbone, weights) is int found && found != backbone.OutputCount)
            backbone.ReplaceHead(found, HeadStream(seed));
        return backbone.LoadReport = Load(backbone, weights, skip: name => outputCount is not null && backbone.Info.IsHead(name));
    }

    // Weights for red, green and blue are adapted to a network of other channels; everything is checked before anything is changed.
    private static LoadReport Load(Backbone backbone, StoredWeights weights, Func<string, bool> skip)
    {
        InputConvolution? input = backbone.Info.TakesColor ? null : InputConvolution.Of(backbone.Network);
        using Tensor? color = input is not null && weights.Contains(input.WeightName) ? weights.Read(input.WeightName) : null;
        if (input is null || color is null || !input.Adapts(color))
            return StateDictLoader.Load(backbone.Network, weights, skip);

        LoadReport others = StateDictLoader.Load(backbone.Network, weights, name => name == input.WeightName || skip(name));
        input.Fill(color);
        return others with
        {
            Loaded = [input.WeightName, .. others.Loaded],
            Skipped = [.. others.Skipped.Where(name => name != input.WeightName)],
        };
    }

    private static int? OutputCountIn(Backbone backbone, StoredWeights weights) =>
        backbone.OutputCountIn(name => weights.TryGetValue(name, out StoredTensor? tensor) ? tensor.Shape : null);

    private static Backbone Build(PretrainedBackbone pretrained, int? outputCount, long seed, StoredWeights? found) =>
        Build(pretrained, found, seed, (backbone, weights) =>
        {
            if (weights is not null)
                Fill(backbone, weights, outputCount, seed);
            if (outputCount is int wanted)
                backbone.ReplaceHead(wanted, HeadStream(seed));
        });

    private static void FillForFeatures(Backbone backbone, StoredWeights? weights)
    {
        if (weights is not null && OutputCountIn(backbone, weights) is null)
            backbone.LoadReport = Load(backbone, weights, skip: backbone.Info.IsHead);
        else if (weights is not null)
            Fill(backbone, weights, outputCount: null, seed: 0);
        backbone.GiveFeatures();
    }

    private static Task<StoredWeights?> Find(
        PretrainedBackbone pretrained, int? outputCount, WeightsStoreOptions? store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        if (outputCount is int count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(outputCount));
        return FindAsync(pretrained, store, progress, cancellationToken);
    }

    // Weights that have not been read yet; none from a seed. Whoever waits for them builds the network, on a thread of its own choice.
    private static async Task<StoredWeights?> FindAsync(
        PretrainedBackbone pretrained, WeightsStoreOptions? store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        switch (pretrained.Weights)
        {
            case WeightsSource.Random or WeightsSource.AsBuilt:
                return null;
            case WeightsSource.File file:
                return WeightsFile.Open(file.Path);
            case WeightsSource.Published published:
                return WeightsFile.Open(await new WeightsStore(store).FetchAsync(published, progress, cancellationToken).ConfigureAwait(false));
            case WeightsSource.HuggingFace repository:
                return await HubWeights.FindAsync(repository, pretrained.Info.Name, store, progress, cancellationToken).ConfigureAwait(false);
            default:
                throw new ArgumentException(
                    $"Weights cannot come from {pretrained.Weights}; they come from a file, a published address, a repository, or a seed.", nameof(pretrained));
        }
    }

    // Whatever fails, no half-made network stays behind.
    private static Backbone Build(PretrainedBackbone pretrained, StoredWeights? found, long seed, Action<Backbone, StoredWeights?> fill)
    {
        using StoredWeights? weights = found;
        nn.Module<Tensor, Tensor> network = weights is not null ? Layer.WithoutValues(pretrained.Build) : pretrained.Build();
        try
        {
            var backbone = new Backbone(network, pretrained.Info, pretrained.Head);
            if (weights is not null)
                pretrained.Weights.Rename?.Apply(weights, network, backbone.Info.IsHead);
            else if (pretrained.Weights is WeightsSource.Random)
                RandomWeights.Fill(network, seed);
            fill(backbone, weights);
            return backbone;
        }
        catch
        {
            NativeModules.Dispose(network);
            throw;
        }
    }

    private static RandomStream HeadStream(long seed) => new(seed, RandomPurpose.HeadWeights);
}
