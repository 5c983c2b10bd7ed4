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

/// <summary>Multiplies two tensors, one of which may be stretched over the other: where a gate meets its maps. A module, so that hooks see it.</summary>
internal sealed class Multiplication() : nn.Module<Tensor, Tensor, Tensor>(nameof(Multiplication)), IGraphLayer
{
    /// <param name="maps">Any shape; borrowed.</param>
    /// <param name="gate">A shape that stretches to the other, in any number format; borrowed.</param>
    /// <returns>The product, in the format of the maps; the caller disposes it.</returns>
    public override Tensor forward(Tensor maps, Tensor gate)
    {
        if (gate.dtype == maps.dtype)
            return maps.mul(gate);
        using Tensor converted = gate.to(maps.dtype);
        return maps.mul(converted);
    }

    public GraphOperation Describe() => new("Multiply");
}
