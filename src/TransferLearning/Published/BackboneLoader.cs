using TransferLearning.Formats;
using TransferLearning.Formats.Stored;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published.HuggingFace;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Published;

/// <summary>Opens pretrained networks: builds them, fills them, and gives them the head that is asked for.</summary>
public static class BackboneLoader
{
    /// <summary>Builds a network with its weights.</summary>
    /// <param name="pretrained">What to build, and where its weights come from.</param>
    /// <param name="classes">The class count of a new head, at least 1; null keeps the head of the weights.</param>
    /// <param name="seed">Where random weights, of the whole network or of the new head, come from.</param>
    /// <param name="store">Where published weights are kept.</param>
    /// <param name="progress">Told how a download goes on.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The network in main memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The rename gives two tensors one name, the published source is no https address of a file with a SHA-256, or the mirror is no https address.</exception>
    /// <exception cref="FileNotFoundException">The weights file does not exist.</exception>
    /// <exception cref="WeightsFormatException">The weights file cannot be read.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    /// <exception cref="WeightsUnavailableException">Published weights cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">A download was cancelled.</exception>
    public static Backbone Open(
        PretrainedBackbone pretrained, int? classes, long seed,
        WeightsStoreOptions? store = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        if (classes is int count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(classes));

        using StoredWeights? weights = Find(pretrained, store, progress, cancellationToken);
        return Build(pretrained, weightsFollow: weights is not null, backbone =>
        {
            if (weights is not null)
                Fill(backbone, weights, classes, seed);
            else if (pretrained.Weights is WeightsSource.Random)
                RandomWeights.Fill(backbone.Network, seed);
            if (classes is int wanted)
                backbone.ReplaceHead(wanted, HeadStream(seed));
        });
    }

    /// <summary>Builds a network and fills it, head included, from weights that have been read already.</summary>
    /// <param name="pretrained">What to build; its own source of weights is not looked at.</param>
    /// <param name="weights">By the network's names; borrowed.</param>
    /// <returns>The network in main memory, with as many classes as the weights have; the caller disposes it.</returns>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    public static Backbone Open(PretrainedBackbone pretrained, StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        ArgumentNullException.ThrowIfNull(weights);
        using var stored = StoredWeights.Of(weights);
        return Build(pretrained, weightsFollow: true, backbone => Fill(backbone, stored, classes: null, seed: 0));
    }

    /// <summary>Fills a network from weights whose head may have another class count, and whose first convolution may be for three channels where the network's is for another number (<see cref="PretrainedBackbone.WithChannels"/>). With <paramref name="classes"/> such a head, or an absent one, is skipped, since a new one follows; without, the network's head takes the count of the weights.</summary>
    /// <param name="backbone">Overwritten.</param>
    /// <param name="weights">By the network's names; borrowed.</param>
    /// <param name="classes">The class count of the head that follows; null where the head of the weights is to stay.</param>
    /// <param name="seed">Where a head's first weights come from, which are then overwritten.</param>
    /// <returns>What was loaded and what was skipped; the network keeps it as its <see cref="Backbone.LoadReport"/>.</returns>
    /// <exception cref="WeightsMismatchException">The weights do not fit the network.</exception>
    public static LoadReport Fill(Backbone backbone, StateDict weights, int? classes, long seed)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(weights);
        using var stored = StoredWeights.Of(weights);
        return Fill(backbone, stored, classes, seed);
    }

    private static LoadReport Fill(Backbone backbone, StoredWeights weights, int? classes, long seed) =>
        backbone.LoadReport = FillAndReport(backbone, weights, classes, seed);

    private static LoadReport FillAndReport(Backbone backbone, StoredWeights weights, int? classes, long seed)
    {
        int? found = HeadClasses(backbone, weights);
        bool headIsAbsent = !weights.Keys.Any(backbone.Info.IsHead);
        if (classes is not null && (found is not null || headIsAbsent))
            return Load(backbone, weights, skip: backbone.Info.IsHead);

        if (classes is null && found is int count && count != backbone.Classes)
            backbone.ReplaceHead(count, HeadStream(seed));
        return Load(backbone, weights, skip: _ => false);
    }

    // Weights for red, green and blue are adapted to a network of other channels; everything is checked before anything is changed.
    private static LoadReport Load(Backbone backbone, StoredWeights weights, Func<string, bool> skip)
    {
        InputConvolution? input = backbone.Info.TakesColor ? null : InputConvolution.Of(backbone.Network);
        using Tensor? colour = input is not null && weights.Contains(input.WeightName) ? weights.Read(input.WeightName) : null;
        if (input is null || colour is null || !input.Adapts(colour))
            return StateDictLoader.Load(backbone.Network, weights, skip);

        LoadReport others = StateDictLoader.Load(backbone.Network, weights, name => name == input.WeightName || skip(name));
        input.Fill(colour);
        return others with
        {
            Loaded = [input.WeightName, .. others.Loaded],
            Skipped = [.. others.Skipped.Where(name => name != input.WeightName)],
        };
    }

    // The class count of the weights' head, where it fits the network in everything else.
    private static int? HeadClasses(Backbone backbone, StoredWeights weights)
    {
        string head = backbone.Info.Head;
        if (!weights.TryGetValue(head + ".weight", out StoredTensor? weight) || weight.Shape is not ([> 0 and <= int.MaxValue, _] or [> 0 and <= int.MaxValue, _, 1, 1]))
            return null;

        long count = weight.Shape[0];
        bool biasFits = !weights.TryGetValue(head + ".bias", out StoredTensor? bias) || bias.Shape.AsSpan().SequenceEqual([count]);
        return weight.Shape.AsSpan(1).SequenceEqual(backbone.HeadWeight.shape.AsSpan(1)) && biasFits ? (int)count : null;
    }

    private static StoredWeights? Find(PretrainedBackbone pretrained, WeightsStoreOptions? store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) => pretrained.Weights switch
    {
        WeightsSource.Random or WeightsSource.AsBuilt => null,
        WeightsSource.File file => Find(file.Path, file.Rename),
        WeightsSource.Published published => Find(new WeightsStore(store).Fetch(published, progress, cancellationToken), published.Rename),
        WeightsSource.HuggingFace repository => HubWeights.Find(repository, pretrained.Info.Name, store, progress, cancellationToken),
        _ => throw new ArgumentException($"Weights cannot come from {pretrained.Weights}; they come from a file, a published address, or a seed.", nameof(pretrained)),
    };

    private static StoredWeights Find(string path, Func<string, string?>? rename)
    {
        StoredWeights weights = WeightsFile.Open(path);
        try
        {
            if (rename is not null)
                weights.Rename(rename);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    // Whatever fails, no half-made network stays behind.
    private static Backbone Build(PretrainedBackbone pretrained, bool weightsFollow, Action<Backbone> fill)
    {
        nn.Module<Tensor, Tensor> network = weightsFollow ? Layer.WithoutValues(pretrained.Build) : pretrained.Build();
        try
        {
            var backbone = new Backbone(network, pretrained.Info);
            fill(backbone);
            return backbone;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static RandomStream HeadStream(long seed) => new(seed, RandomPurpose.HeadWeights);
}
