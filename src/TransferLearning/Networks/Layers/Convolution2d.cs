using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// A convolution over images that computes in the number format of its input, whatever that of its weights, and takes
/// over the batch norm behind it where that one is frozen.
/// </summary>
public class Convolution2d : Convolution, IFollowsInputFormat, IWeightedLayer
{
    private nn.Module<Tensor, Tensor>? parametrization;

    /// <summary>Makes the layer with a square kernel; its weights are drawn as PyTorch draws a convolution's.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">The kernel's side.</param>
    /// <param name="stride">The step, equal in both directions.</param>
    /// <param name="padding">Zeros on each side; absent: half the kernel, which keeps the size at stride 1 and an odd kernel.</param>
    /// <param name="groups">Blocks of channels that see only each other; as many as channels makes it depthwise.</param>
    /// <param name="bias">Whether a number is added to each channel; false suits a batch norm behind.</param>
    /// <param name="device">Where the weights lie; absent: the default device.</param>
    public Convolution2d(
        long inputs, long outputs, long kernel, long stride = 1, long? padding = null, long groups = 1, bool bias = false, Device? device = null)
        : this(nameof(Convolution2d), inputs, outputs, (kernel, kernel), stride, (padding ?? kernel / 2, padding ?? kernel / 2), groups, bias, device)
    {
    }

    internal Convolution2d(
        string name, long inputs, long outputs, (long Height, long Width) kernel, long stride, (long Vertical, long Horizontal) padding, long groups, bool bias,
        Device? device)
        : base(name, inputs, outputs, [kernel.Height, kernel.Width], [stride, stride], [padding.Vertical, padding.Horizontal], padding_type: null,
            dilation: [1, 1], transposed: false, output_padding: [0, 0], groups, bias: false, TorchSharp.PaddingModes.Zeros, device)
    {
        if (!bias)
            return;

        // TorchSharp draws the same values, but leaves a tensor behind at each layer.
        using var scope = NewDisposeScope();
        double bound = 1 / Math.Sqrt(inputs / groups * kernel.Height * kernel.Width);
        this.bias = new Parameter(empty(outputs, device: device).uniform_(-bound, bound));
    }

    // With weights on no device, which whoever derives from this class replaces.
    private protected Convolution2d(string name, long inputs, long outputs, long[] kernel, long[] stride, long[] padding, long[] dilation, long groups)
        : base(name, inputs, outputs, kernel, stride, padding, padding_type: null, dilation, transposed: false, output_padding: [0, 0], groups, bias: false,
            TorchSharp.PaddingModes.Zeros, META)
    {
    }

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor>? Parametrization
    {
        get => parametrization;
        set => IWeightedLayer.Register(this, parametrization = value);
    }

    Parameter IWeightedLayer.Weight { get => weight; set => weight = value; }

    Parameter? IWeightedLayer.Bias { get => bias; set => bias = value; }

    /// <summary>How the batch norm behind this layer is worked into its weights; null where none is known.</summary>
    internal NormFolding? Folding { get; set; }

    /// <summary>Whether a hook sees, or changes, what this layer gives.</summary>
    internal bool IsWatched => post_hooks.Count + module_post_hooks.Count > 0;

    /// <summary>Convolves.</summary>
    /// <param name="input">float [N, inputs, H, W]; borrowed.</param>
    /// <returns>[N, outputs, H', W'] in the input's number format; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input has another number of dimensions or channels.</exception>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input);
        return Convolve(input, padding!);
    }

    /// <inheritdoc/>
    public GraphOperation Describe() => new("Convolution", ("stride", stride), ("padding", GraphPadding), ("dilation", dilation), ("groups", groups));

    /// <summary>How a graph tells the padding: zeros above and below and zeros on the left and right, or a rule by name.</summary>
    private protected virtual object GraphPadding => padding!;

    private protected void RequireShape(Tensor input)
    {
        long channels = weight.shape[1] * groups;     // in_channels stays what it was built with when the weight is replaced
        if (input.dim() != 4 || input.shape[1] != channels)
            throw new ArgumentException(
                $"A convolution over {channels} channels takes [N, {channels}, H, W]; the input is {ShapeText.Of(input.shape)}.", nameof(input));
    }

    private protected Tensor Convolve(Tensor input, long[] padding)
    {
        using var scope = NewDisposeScope();
        (Tensor kernels, Tensor? shift) = Folding is { } folding && folding.Applies(input.dtype, OutputCount(input.shape, padding))
            ? folding.WeightsIn(input.dtype)
            : (InFormat(((IWeightedLayer)this).EffectiveWeight, input.dtype), bias is null ? null : InFormat(bias, input.dtype));
        return nn.functional.conv2d(input, kernels, shift, stride, padding, dilation, groups).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Folding?.Release();
            parametrization?.Dispose();
        }
        base.Dispose(disposing);
    }

    private long OutputCount(long[] input, long[] padding) => input[0] * weight.shape[0] * Side(input, padding, 0) * Side(input, padding, 1);

    private long Side(long[] input, long[] padding, int axis) =>
        (input[2 + axis] + 2 * padding[axis] - dilation[axis] * (kernel_size[axis] - 1) - 1) / stride[axis] + 1;

    // The conversion is differentiable, so gradients arrive in the weights' own format.
    private static Tensor InFormat(Tensor parameter, ScalarType format) => parameter.dtype == format ? parameter : parameter.to(format);
}
