using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>Features in float32, whose digits the head needs, for a network that computes them in another format. A module, so that hooks see it.</summary>
internal sealed class InFloat32() : nn.Module<Tensor, Tensor>(nameof(InFloat32)), IGraphLayer
{
    /// <param name="input">float of any shape; borrowed.</param>
    /// <returns>float32 of the same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => input.dtype == ScalarType.Float32 ? input.alias() : input.to(ScalarType.Float32);

    public GraphOperation Describe() => new("Identity");
}
