using TorchSharp;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Adds two tensors of one shape: where a residual branch joins its shortcut. A module, so that hooks see it.</summary>
public sealed class Addition() : nn.Module<Tensor, Tensor, Tensor>(nameof(Addition)), IGraphLayer
{
    // Left out, TorchSharp makes this factor anew at each call, and the garbage collector can free it while native code reads it.
    private static readonly Scalar _one = 1;

    /// <summary>Adds.</summary>
    /// <param name="residual">Any shape; borrowed.</param>
    /// <param name="shortcut">The same shape; borrowed.</param>
    /// <returns>The sum; the caller disposes it.</returns>
    public override Tensor forward(Tensor residual, Tensor shortcut) => residual.add(shortcut, _one);

    /// <inheritdoc/>
    public GraphOperation Describe() => new("Add");
}
