using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Weighs each channel by what the whole image holds: pool, narrow, widen, and multiply. Field names are torchvision's keys.</summary>
/// <param name="channels">The channels of what it takes and gives.</param>
/// <param name="squeezed">How many numbers tell of the whole image.</param>
/// <param name="activation">Between the two layers; owned.</param>
/// <param name="gate">Behind the second, to 0 to 1; owned.</param>
/// <remarks>J. Hu, L. Shen and G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018.</remarks>
internal sealed class SqueezeExcitation(long channels, long squeezed, nn.Module<Tensor, Tensor> activation, nn.Module<Tensor, Tensor> gate)
    : Composite(nameof(SqueezeExcitation))
{
    private readonly nn.Module<Tensor, Tensor> avgpool = nn.AdaptiveAvgPool2d(1), activation = activation, scale_activation = gate;
    private readonly Convolution2d fc1 = Layer.Convolution(channels, squeezed, kernel: 1, bias: true);
    private readonly Convolution2d fc2 = Layer.Convolution(squeezed, channels, kernel: 1, bias: true);
    private readonly Multiplication multiply = new();

    /// <param name="input">[N, channels, H, W]; borrowed.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using Tensor factors = avgpool.call(input).Then(fc1).Then(activation).Then(fc2).Then(scale_activation);
        return multiply.call(input, factors);
    }
}
