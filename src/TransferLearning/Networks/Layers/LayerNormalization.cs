using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Layer norm over the last axis: every token or pixel by its own mean and variance, computed in float32 whatever the input's
/// number format, because the shorter one has too few digits for a variance. Field names are PyTorch's keys.
/// </summary>
/// <remarks>J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.</remarks>
internal class LayerNormalization : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IGraphLayer
{
    private readonly long[] _shape;
    private readonly double _epsilon;
    private protected readonly Parameter weight, bias;     // private ones are not registered where a class derives from this one

    /// <param name="size">The length of the last axis.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public LayerNormalization(long size, double epsilon) : base(nameof(LayerNormalization))
    {
        _shape = [size];
        _epsilon = epsilon;
        weight = new Parameter(ones(size));
        bias = new Parameter(zeros(size));
        RegisterComponents();
    }

    /// <param name="input">float [..., size]; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.layer_norm(input.to(ScalarType.Float32), _shape, weight, bias, _epsilon)
            .to(input.dtype)
            .MoveToOuterDisposeScope();
    }

    public virtual GraphOperation Describe() => OverAxis(-1);

    private protected GraphOperation OverAxis(long axis) => new("LayerNormalization", ("axis", axis), ("epsilon", _epsilon));
}

/// <summary>Layer norm over the channels of maps: every pixel by its own mean and variance.</summary>
/// <param name="channels">The channels of what it takes.</param>
/// <param name="epsilon">What is added to the variance.</param>
internal sealed class LayerNormalization2d(long channels, double epsilon) : LayerNormalization(channels, epsilon)
{
    /// <param name="input">float [N, channels, H, W]; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using Tensor pixels = input.permute(0, 2, 3, 1);
        using Tensor normalized = base.forward(pixels);
        return normalized.permute(0, 3, 1, 2);
    }

    public override GraphOperation Describe() => OverAxis(1);
}
