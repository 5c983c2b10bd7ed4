using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>
/// Normalizes by the statistics of each image, over groups of channels or over the last axes, then scales and shifts; in float32 whatever the input's
/// number format, because the shorter one has too few digits for a variance.
/// </summary>
/// <remarks>Y. Wu and K. He, "Group Normalization", ECCV 2018; one group for each channel is instance norm.</remarks>
internal sealed class AffineNorm : nn.Module<Tensor, Tensor>, IFollowsInputFormat, IGraphLayer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly string _operation;
    private readonly double _epsilon;
    private readonly long? _groups;

    /// <param name="operation">ONNX's operator.</param>
    /// <param name="weight">One for each channel, or of the shape of the last axes; owned.</param>
    /// <param name="bias">The same shape, or null; owned.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="groups">The number of groups of channels; null for the last axes.</param>
    public AffineNorm(string operation, Parameter weight, Parameter? bias, double epsilon, long? groups) : base(operation)
    {
        (_weight, _bias) = (weight, bias);
        (_operation, _epsilon, _groups) = (operation, epsilon, groups);
        register_parameter(nameof(weight), weight);
        if (bias is not null)
            register_parameter(nameof(bias), bias);
    }

    /// <param name="input">float [N, channels, ...]; borrowed.</param>
    /// <returns>The same shape and number format; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor exact = input.to(ScalarType.Float32);
        Tensor normalized = _groups is { } groups
            ? nn.functional.group_norm(exact, groups, _weight, _bias, _epsilon)
            : nn.functional.layer_norm(exact, _weight.shape, _weight, _bias, _epsilon);
        return normalized.to(input.dtype).MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() => _groups is { } groups
        ? new(_operation, ("epsilon", _epsilon), ("groups", groups))
        : new(_operation, ("epsilon", _epsilon), ("axis", -_weight.dim()));

    // A module of one's own leaves its parameters to the garbage collector.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weight.Dispose();
            _bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
