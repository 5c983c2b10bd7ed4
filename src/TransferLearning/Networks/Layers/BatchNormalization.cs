using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Batch norm over images, with TorchSharp's names and values, that is safe to train: TorchSharp's own counts its
/// batches with a temporary scalar, which the garbage collector can free while native code reads it. A long training
/// then ends with "Unknown scalar type".
/// </summary>
/// <remarks>S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", ICML 2015.</remarks>
public sealed class BatchNormalization : BatchNorm, IFollowsInputFormat, IGraphLayer
{
    private static readonly Scalar _one = 1;

    private readonly NormFolding? _folding;

    /// <summary>Makes the layer: scale 1, shift 0, mean 0, variance 1.</summary>
    /// <param name="channels">The channels of what it takes.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="momentum">The share of each batch in the running statistics.</param>
    public BatchNormalization(long channels, double epsilon = 1e-5, double momentum = 0.1)
        : base(channels, epsilon, momentum, affine: true, track_running_stats: true, device: null, dtype: null, nameof(BatchNormalization))
    {
    }

    /// <summary>Makes the layer behind a convolution, which takes it over where its statistics are frozen: same result, less work.</summary>
    /// <param name="after">The convolution whose output goes into this layer, and nowhere else.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="momentum">The share of each batch in the running statistics.</param>
    public BatchNormalization(Convolution2d after, double epsilon = 1e-5, double momentum = 0.1)
        : this(after?.out_channels ?? throw new ArgumentNullException(nameof(after)), epsilon, momentum) =>
        after.Folding = _folding = new NormFolding(after, this);

    /// <summary>Whether a hook sees, or changes, what this layer takes.</summary>
    internal bool IsWatched => pre_hooks.Count + module_pre_hooks.Count > 0;

    /// <summary>Normalizes: by the batch's statistics in training mode, by the running ones in evaluation mode.</summary>
    /// <param name="input">[N, channels, H, W]; borrowed.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    /// <exception cref="ArgumentException"><paramref name="input"/> does not have four axes, or, in training mode, one value per channel.</exception>
    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        if (_folding?.Applies(input.dtype, input.numel()) == true)
            return input.positive();     // the convolution normalized as well; an alias would be a view, through which a rectifier in place is slow to learn

        if (training)
        {
            RequireSpread(input);
            num_batches_tracked!.add_(_one, _one);
        }
        return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
    }

    /// <summary>The variance of a single value is no number; PyTorch refuses it too.</summary>
    private static void RequireSpread(Tensor input)
    {
        if (input.numel() == input.shape[1])
            throw new ArgumentException(
                $"Batch norm in training mode needs more than one value per channel; the input is {ShapeText.Of(input.shape)}. "
                + "Use a larger batch, drop an incomplete last batch, train on larger images, or freeze batch norm.",
                nameof(input));
    }

    /// <inheritdoc/>
    public GraphOperation Describe() => new("BatchNormalization", ("epsilon", eps));

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() != 4)
            throw new ArgumentException($"Batch norm takes [N, {num_features}, H, W]; this is {ShapeText.Of(input.shape)}.", nameof(input));
    }
}
