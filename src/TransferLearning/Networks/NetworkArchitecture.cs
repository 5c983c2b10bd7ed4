using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A built-in network: its metadata, and how to build it for images of a side in pixels.</summary>
internal sealed record NetworkArchitecture(BackboneInfo Info, Func<int, nn.Module<Tensor, Tensor>> BuildFor)
{
    /// <summary>A network that is the same for images of any side.</summary>
    public NetworkArchitecture(BackboneInfo info, Func<nn.Module<Tensor, Tensor>> build) : this(info, _ => build()) => CountsPositions = false;

    /// <summary>Whether the weights depend on the side, so that a network takes images of that side alone.</summary>
    public bool CountsPositions { get; } = true;
}
