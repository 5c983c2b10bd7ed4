using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Layer norm over the channels of maps: every pixel by its own mean and variance.</summary>
/// <param name="channels">The channels of what it takes.</param>
/// <param name="epsilon">What is added to the variance.</param>
internal sealed class LayerNormalization2d(long channels, double epsilon) : LayerNormalization(channels, epsilon)
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using Tensor pixels = input.permute(0, 2, 3, 1);
        using Tensor normalized = base.forward(pixels);
        return normalized.permute(0, 3, 1, 2);
    }
}
