using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>What the Inception networks are made of: convolution, batch norm, rectifier. Field names are torchvision's keys.</summary>
/// <param name="convolution">Without bias; owned.</param>
internal sealed class InceptionConvolution(Convolution2d convolution) : Composite(nameof(InceptionConvolution))
{
    private readonly Convolution2d conv = convolution;
    private readonly BatchNormalization bn = new(convolution, epsilon: 1e-3);
    private readonly ReLU relu = Layer.Relu();

    /// <param name="input">[N, inputs, H, W]; borrowed.</param>
    /// <returns>[N, outputs, H', W']; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => conv.call(input).Then(bn).Then(relu);
}

/// <summary>
/// A second classifier half way up a network, whose loss once helped the publisher to train the layers below. It takes no part in the
/// forward pass, so nothing trains it here: its weights are there because the published files hold them, and are loaded, kept and saved.
/// </summary>
/// <param name="name">The name of the module's type.</param>
internal abstract class AuxiliaryHead(string name) : nn.Module(name);
