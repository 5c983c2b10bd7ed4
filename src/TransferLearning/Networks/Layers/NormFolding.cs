using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// Works a batch norm whose statistics are frozen into the convolution before it: one pass over the activations less,
/// and one activation less to keep for the backward pass. Gradients reach scale and shift as before.
/// </summary>
/// <remarks>
/// With s = scale / sqrt(variance + epsilon), the norm of w * x + b is (s w) * x + (shift + s (b - mean)). Source: Jacob et al.,
/// "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018, section 3.2.
/// </remarks>
internal sealed class NormFolding
{
    private static readonly Scalar _one = 1;
    private static readonly Scalar _minusOne = -1;

    private readonly Convolution2d _convolution;
    private readonly BatchNormalization _norm;
    private readonly Scalar _epsilon;
    private WeightsHeld _hold;
    private (Tensor Kernels, Tensor Shift)? _held;

    public NormFolding(Convolution2d convolution, BatchNormalization norm)
    {
        _convolution = convolution;
        _norm = norm;
        _epsilon = norm.eps;
    }

    /// <summary>
    /// Whether the convolution computes both layers, and the norm hands on what it gets. Both ask, and nothing passes between them but the
    /// activations: the answer depends on modes and sizes that are the same for either. Hooks in between are to see what each layer gives by itself.
    /// </summary>
    /// <param name="format">The number format of the convolution's input, and so of its output.</param>
    /// <param name="activations">How many numbers the convolution gives.</param>
    public bool Applies(ScalarType format, long activations)
    {
        if (_norm.training || _convolution.IsWatched || _norm.IsWatched)
            return false;

        // Float32 is promised to equal PyTorch's. In the other format, folding pays where there are more activations than weights.
        return IsHeld || (format != _convolution.weight.dtype && activations > _convolution.weight.numel());
    }

    /// <summary>The weights and the shift that compute both layers.</summary>
    /// <remarks>Tensors that are not held belong to the caller's dispose scope.</remarks>
    public (Tensor Kernels, Tensor Shift) WeightsIn(ScalarType format) => IsHeld ? Held(format) : Folded(format);

    /// <summary>From here on the weights that are held do not change, so what is made of them is kept.</summary>
    public void Hold(WeightsHeld hold)
    {
        Forget();
        _hold = hold;
    }

    /// <summary>The weights may change again.</summary>
    public void Release() => Hold(WeightsHeld.None);

    private bool IsHeld => _hold == WeightsHeld.All || (_hold == WeightsHeld.Frozen && IsFrozen);

    private bool IsFrozen => !_convolution.weight.requires_grad && _convolution.bias?.requires_grad != true
        && !_norm.weight!.requires_grad && !_norm.bias!.requires_grad
        && _convolution.Parametrization?.parameters().Any(parameter => parameter.requires_grad) != true;

    private (Tensor, Tensor) Held(ScalarType format)
    {
        if (_held?.Kernels.dtype != format)
        {
            Forget();
            using IDisposable noGradient = no_grad();
            (Tensor kernels, Tensor shift) = Folded(format);
            _held = (kernels.DetachFromDisposeScope(), shift.DetachFromDisposeScope());
        }
        return (_held!.Value.Kernels, _held.Value.Shift);
    }

    private void Forget()
    {
        _held?.Kernels.Dispose();
        _held?.Shift.Dispose();
        _held = null;
    }

    private (Tensor, Tensor) Folded(ScalarType format)
    {
        Tensor factor = _norm.running_var!.add(_epsilon, _one).rsqrt().mul(_norm.weight!);
        Tensor shift = _norm.bias!.addcmul(_norm.running_mean!, factor, _minusOne);
        if (_convolution.bias is { } bias)
            shift = shift.addcmul(bias, factor, _one);
        Tensor kernels = ((IWeightedLayer)_convolution).EffectiveWeight.mul(factor.view(-1, 1, 1, 1));
        return (kernels.to(format), shift.to(format));
    }
}
