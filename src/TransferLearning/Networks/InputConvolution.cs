using TorchSharp.Modules;
using TransferLearning.Imaging;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The layer that takes the images' channels: the network's first parameter of four axes, [outputs, channels, height, width].</summary>
/// <remarks>Checks its input by the shape of its weight; TorchSharp's convolution checks the number of channels it was created with.</remarks>
internal sealed class InputConvolution
{
    private const int ColorChannels = PixelBuffer.Channels;

    private readonly Convolution2d _layer;

    private InputConvolution(string weightName, Convolution2d layer)
    {
        WeightName = weightName;
        _layer = layer;
    }

    /// <summary>The weight's full name, such as "conv1.weight".</summary>
    public string WeightName { get; }

    /// <summary>The layer of a network; null where its first parameter of four axes is not the weight of a <see cref="Convolution2d"/>.</summary>
    public static InputConvolution? Of(nn.Module network)
    {
        string? name = network.named_parameters().FirstOrDefault(entry => entry.parameter.dim() == 4).name;
        nn.Module? module = network.named_modules().FirstOrDefault(entry => $"{entry.name}.weight" == name).module;
        return module is Convolution2d layer ? new InputConvolution(name!, layer) : null;
    }

    /// <summary>Makes the layer take another number of channels, its weights adapted from those for red, green and blue.</summary>
    /// <returns>Whether it could: the layer takes three channels.</returns>
    public bool Take(int channels)
    {
        Parameter color = _layer.weight;
        if (color.shape[1] != ColorChannels || _layer.groups != 1)
            return false;

        using var noGrad = no_grad();
        _layer.weight = new Parameter(Adapt(color, channels).DetachFromDisposeScope(), color.requires_grad);
        color.Dispose();
        return true;
    }

    /// <summary>
    /// Whether weights of a file become this layer's by <see cref="Adapt"/>: they are for three channels, it is for another number, and the
    /// rest agrees.
    /// </summary>
    public bool Adapts(Tensor weights) =>
        weights.shape is [var outputs, ColorChannels, var height, var width] && _layer.weight.shape[1] != ColorChannels
        && _layer.weight.shape.AsSpan().SequenceEqual([outputs, _layer.weight.shape[1], height, width]);

    /// <summary>Overwrites the layer's weights with adapted ones.</summary>
    public void Fill(Tensor weights)
    {
        using var noGrad = no_grad();
        using Tensor adapted = Adapt(weights, _layer.weight.shape[1]);
        _layer.weight.copy_(adapted);
    }

    // timm's adapt_input_conv, in the dtype of the weights.
    private static Tensor Adapt(Tensor color, long channels)
    {
        using var scope = NewDisposeScope();
        Tensor exact = color.to(ScalarType.Float32);
        if (channels == 1)
            return exact.sum(1, keepdim: true).to(color.dtype).MoveToOuterDisposeScope();

        using TorchSharp.Scalar share = (double)ColorChannels / channels;
        long rounds = (channels + ColorChannels - 1) / ColorChannels;
        Tensor repeated = exact.repeat(1, rounds, 1, 1).narrow(1, 0, channels);
        return repeated.mul(share).to(color.dtype).MoveToOuterDisposeScope();
    }
}
