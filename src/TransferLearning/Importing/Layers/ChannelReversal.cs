using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>Images of red, green and blue as images of blue, green and red. A module, so that hooks see it.</summary>
internal sealed class ChannelReversal() : nn.Module<Tensor, Tensor>(nameof(ChannelReversal)), IGraphLayer
{
    /// <param name="images">[N, channels, H, W]; borrowed.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor images) => images.flip(1);

    public GraphOperation Describe() => new("ReverseChannels");
}
