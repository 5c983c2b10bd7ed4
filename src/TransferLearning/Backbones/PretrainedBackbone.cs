using static TorchSharp.torch;

namespace TransferLearning.Backbones;

/// <summary>A network that can be opened: its facts, how to build it, and where its weights come from.</summary>
public sealed record PretrainedBackbone
{
    /// <summary>The network's facts.</summary>
    public required BackboneInfo Info { get; init; }

    /// <summary>Builds the network with its original head, weights not yet loaded; the caller owns it.</summary>
    public required Func<nn.Module<Tensor, Tensor>> Build { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required WeightsSource Weights { get; init; }

    /// <summary>The same network with weights from a file: a PyTorch checkpoint of any age, or safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rename">Renames a key of the file to the network's key; null drops it. Absent: keys are taken as they are.</param>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithWeights(string path, Func<string, string?>? rename = null) =>
        this with { Weights = new WeightsSource.File(path) { Rename = rename } };

    /// <summary>The same network from random weights: for tests and for training from scratch.</summary>
    /// <returns>A changed copy.</returns>
    public PretrainedBackbone WithRandomWeights() => this with { Weights = new WeightsSource.Random() };
}
