using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>Gives a constant, of nothing.</summary>
/// <param name="make">Makes it; the caller disposes it.</param>
internal sealed class Constants(Func<Tensor> make) : nn.Module<Tensor[], Tensor>(nameof(Constants))
{
    /// <param name="inputs">None.</param>
    /// <returns>The caller disposes it.</returns>
    public override Tensor forward(Tensor[] inputs) => make();
}
