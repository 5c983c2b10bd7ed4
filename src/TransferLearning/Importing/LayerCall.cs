using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>Calls a layer, hooks included, with as many tensors as it takes.</summary>
internal static class LayerCall
{
    /// <exception cref="InvalidDataException">The layer is of another kind.</exception>
    public static Tensor Run(nn.Module layer, Tensor[] inputs) => (layer, inputs) switch
    {
        (nn.Module<Tensor[], Tensor> many, _) => many.call(inputs),
        (nn.Module<Tensor, Tensor> one, [var input]) => one.call(input),
        (nn.Module<Tensor, Tensor, Tensor> two, [var first, var second]) => two.call(first, second),
        (nn.Module<Tensor, Tensor, Tensor, Tensor> three, [var first, var second, var third]) => three.call(first, second, third),
        _ => throw new InvalidDataException($"a layer {layer.GetType().Name} cannot be called with {inputs.Length} tensors"),
    };
}
