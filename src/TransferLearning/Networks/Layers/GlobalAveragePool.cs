using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>The mean of each channel over the image: maps to features, always in float32, whose digits the head needs.</summary>
internal sealed class GlobalAveragePool() : nn.Module<Tensor, Tensor>(nameof(GlobalAveragePool)), IGraphLayer
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>float32 [N, channels]; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.adaptive_avg_pool2d(input.to(ScalarType.Float32), 1).flatten(1).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => new(nameof(GlobalAveragePool));
}

/// <summary>Features in float32, whose digits the head needs, for a network that computes them in another format. A module, so that hooks see it.</summary>
internal sealed class InFloat32() : nn.Module<Tensor, Tensor>(nameof(InFloat32)), IGraphLayer
{
    /// <param name="input">float of any shape; borrowed.</param>
    /// <returns>float32 of the same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => input.dtype == ScalarType.Float32 ? input.alias() : input.to(ScalarType.Float32);

    public GraphOperation Describe() => new("Identity");
}
