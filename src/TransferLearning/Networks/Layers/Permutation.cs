using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Puts the axes of a tensor into another order. A module, so that hooks see it.</summary>
internal sealed class Permutation : nn.Module<Tensor, Tensor>, IGraphLayer
{
    private readonly long[] _axes;

    /// <param name="axes">For each axis of the result, the one of the input that it is.</param>
    public Permutation(params long[] axes) : base(nameof(Permutation)) => _axes = axes;

    /// <param name="input">Any shape of as many axes; borrowed.</param>
    /// <returns>A view of it; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => input.permute(_axes);

    public GraphOperation Describe() => new("Permute", ("axes", _axes));
}
