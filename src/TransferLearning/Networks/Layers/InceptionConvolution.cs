using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>What the Inception networks are made of: convolution, batch norm, rectifier. Field names are torchvision's keys.</summary>
internal sealed class InceptionConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Convolution2d conv;
    private readonly BatchNormalization bn;
    private readonly ReLU relu;

    /// <param name="convolution">Without bias; owned.</param>
    public InceptionConvolution(Convolution2d convolution) : base(nameof(InceptionConvolution))
    {
        conv = convolution;
        bn = new BatchNormalization(conv, epsilon: 1e-3);
        relu = Layer.Relu();
        RegisterComponents();
    }

    /// <param name="input">[N, inputs, H, W]; borrowed.</param>
    /// <returns>[N, outputs, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => conv.call(input).Then(bn).Then(relu);
}
