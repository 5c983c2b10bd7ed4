using static TorchSharp.torch;

namespace TransferLearning.Backbones.Layers;

/// <summary>Puts axes in another order. A module, so that hooks see it.</summary>
internal sealed class Permutation : nn.Module<Tensor, Tensor>
{
    private readonly long[] _axes;

    private Permutation(params long[] axes) : base(nameof(Permutation)) => _axes = axes;

    /// <summary>[N, channels, H, W] to [N, H, W, channels].</summary>
    public static Permutation ChannelsLast() => new(0, 2, 3, 1);

    /// <summary>[N, H, W, channels] to [N, channels, H, W].</summary>
    public static Permutation ChannelsFirst() => new(0, 3, 1, 2);

    /// <param name="input">As many axes as the order has; borrowed.</param>
    /// <returns>A view of it; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => input.permute(_axes);
}
