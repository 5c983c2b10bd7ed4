using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

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
