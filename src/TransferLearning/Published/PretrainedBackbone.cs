using TransferLearning.Formats;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Published;

/// <summary>A network that can be opened: its metadata, how to build it, and where its weights come from. Immutable.</summary>
public sealed record PretrainedBackbone
{
    /// <summary>The network's metadata.</summary>
    public required BackboneInfo Info { get; init; }

    /// <summary>Builds the network with its original head, weights not yet loaded; the caller owns it.</summary>
    public required Func<nn.Module<Tensor, Tensor>> Build { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required WeightsSource Weights { get; init; }

    /// <summary>Makes a head of another kind in place of the network's linear one.</summary>
    /// <value>Null, which keeps the network's own kind.</value>
    public HeadFactory? Head { get; init; }

    /// <summary>What a model file carries of the network; a head of another kind has to be supplied by whoever loads the file.</summary>
    internal NetworkDescription? Describe() => Head is null ? Info.Description : null;

    /// <summary>What the publisher says of the weights: accuracy, size, computation, license.</summary>
    /// <value>Null for weights that are not a built-in network's official ones, and where <see cref="WithChannels"/> changes them.</value>
    public PublishedBackbone? Published => Weights is WeightsSource.Published published && Info.TakesColor
        ? BuiltInNetworks.Find(Info.Name)?.Weights.FirstOrDefault(file => file.Source.Address == published.Address)
        : null;

    /// <summary>The same network with weights from a file: a PyTorch checkpoint of any age, or safetensors.</summary>
    /// <param name="path">The file; its names are the network's.</param>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithWeights(string path) => this with { Weights = new WeightsSource.File(path) };

    /// <summary>The same network with weights from a file whose names are not the network's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rename">How the file's names become the network's.</param>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithWeights(string path, WeightsRename rename) => this with { Weights = new WeightsSource.File(path) { Rename = rename } };

    /// <summary>The same network with weights from a file whose names are not the network's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rename">From a name of the file to the network's; null drops the tensor.</param>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithWeights(string path, Func<string, string?> rename) => WithWeights(path, WeightsRename.By(rename));

    /// <summary>The same network from random weights: for tests and for training from scratch.</summary>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithRandomWeights() => this with { Weights = new WeightsSource.Random() };

    /// <summary>The same network with a head of another kind: two layers with a dropout between them, say.</summary>
    /// <remarks>
    /// The head takes features, float32 [N, features], pooled where the network's own head takes maps. A model file holds its weights and not
    /// its layers: load it with a backbone that was given the same head. The network must be a <see cref="StagedNetwork"/>, as all built-in ones are.
    /// </remarks>
    /// <param name="head">Makes the head; called whenever its number of outputs changes.</param>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithHead(HeadFactory head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return this with { Head = head };
    }

    /// <summary>The same network for images of another number of channels: radiographs of one, satellite images of thirteen.</summary>
    /// <remarks>
    /// The first convolution's weights are made of those for red, green and blue: for one channel their sum, so that gray images
    /// give what they would give as color images; for more, the three in turn, over and over, scaled by 3 / channels, so that
    /// sums keep their size (timm's rule: R. Wightman, "PyTorch Image Models", adapt_input_conv). Weights that are for so many
    /// channels already are taken as they are. Photographs have three channels, so a <see cref="Trainer"/> refuses such a network;
    /// open it with <see cref="BackboneLoader"/>, and normalize its images yourself.
    /// </remarks>
    /// <param name="channels">At least 1.</param>
    /// <returns>A changed copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network is for another number than three already. Building it throws this where its first parameter of four axes is not the weight
    /// of a <see cref="Convolution2d"/> over three channels.
    /// </exception>
    public PretrainedBackbone WithChannels(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (channels == Info.Channels)
            return this;
        if (!Info.TakesColor)
        {
            throw new InvalidOperationException(
                $"{Info.Name} is for images of {Info.Channels} channels already; only a network for three can be adapted to {channels}.");
        }

        (string name, Func<nn.Module<Tensor, Tensor>> build) = (Info.Name, Build);
        return this with { Info = Info with { Channels = channels }, Build = BuildAdapted };

        nn.Module<Tensor, Tensor> BuildAdapted()
        {
            nn.Module<Tensor, Tensor> network = build();
            if (InputConvolution.Of(network)?.Take(channels) == true)
                return network;
            NativeModules.Dispose(network);
            throw new InvalidOperationException(
                $"{name} cannot be adapted to {channels} channels: its first parameter of " +
                $"four axes is not the weight of a {nameof(Convolution2d)} over three channels.");
        }
    }
}
