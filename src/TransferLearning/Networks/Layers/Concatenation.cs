using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Puts maps of one size behind one another, channel after channel: where branches meet. A module, so that hooks see it.</summary>
internal sealed class Concatenation() : nn.Module<Tensor[], Tensor>(nameof(Concatenation)), IGraphLayer
{
    /// <param name="maps">[N, channels, H, W] each; borrowed.</param>
    /// <returns>[N, all channels, H, W]; the caller disposes it.</returns>
    public override Tensor forward(Tensor[] maps) => cat(maps, dim: 1);

    /// <summary>Joins the maps, hooks included, and disposes them.</summary>
    /// <param name="maps">[N, channels, H, W] each; owned from here on.</param>
    /// <returns>[N, all channels, H, W]; the caller disposes it.</returns>
    public Tensor Join(params Tensor[] maps)
    {
        try
        {
            return call(maps);
        }
        finally
        {
            foreach (Tensor map in maps)
                map.Dispose();
        }
    }

    public GraphOperation Describe() => new("Concatenate", ("axis", 1L));
}

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
