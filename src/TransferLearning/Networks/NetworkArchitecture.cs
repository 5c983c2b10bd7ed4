using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A built-in network: its metadata, and how to build it for images of a side in pixels.</summary>
internal sealed record NetworkArchitecture(BackboneInfo Info, Func<int, nn.Module<Tensor, Tensor>> BuildFor)
{
    /// <summary>A network that is the same for images of any side.</summary>
    /// <param name="name">The publisher's name for it.</param>
    /// <param name="stages">All but that of the head.</param>
    /// <param name="head">The path of the linear layer.</param>
    /// <param name="featureSize">How many features that takes.</param>
    /// <param name="build">Makes it; what its fields hold is registered here.</param>
    /// <param name="sides">Of the images; null for any.</param>
    public NetworkArchitecture(
        string name, IEnumerable<Stage> stages, string head, int featureSize, Func<StagedNetwork> build, ImageSides? sides = null) : this(
        new BackboneInfo
        {
            Name = name,
            Stages = [.. stages, new Stage("head", head)],
            Head = head,
            FeatureSize = featureSize,
            Sides = sides ?? ImageSides.Any,
        },
        _ => build().WithComponents()) => CountsPositions = false;

    /// <summary>Whether the weights depend on the side, so that a network takes images of that side alone.</summary>
    public bool CountsPositions { get; } = true;
}
