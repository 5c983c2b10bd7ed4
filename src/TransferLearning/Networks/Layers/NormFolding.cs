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

    /// <summary>The weights and the shift that compute both layers for this input; null where they are to be computed one by one.</summary>
    /// <remarks>Tensors that are not held belong to the caller's dispose scope.</remarks>
    public (Tensor Kernels, Tensor? Shift)? Fold(Tensor input)
    {
        if (_norm.training)
            return null;
        if (_hold == WeightsHeld.All || (_hold == WeightsHeld.Frozen && IsFrozen))
            return Held(input.dtype);

        // Float32 is promised to equal PyTorch's. In the other format, folding pays where there are more activations than weights.
        return input.dtype != _convolution.weight.dtype && Outputs(input) > _convolution.weight.numel() ? Folded(input.dtype) : null;
    }

    /// <summary>Tells the norm that it is contained in the output already; null, that it has work to do.</summary>
    public void Announce(Tensor? output) => _norm.Absorbed = output;

    /// <summary>From here on the weights that are held do not change, so what is made of them is kept.</summary>
    public void Hold(WeightsHeld hold)
    {
        Forget();
        _hold = hold;
    }

    /// <summary>The weights may change again.</summary>
    public void Release() => Hold(WeightsHeld.None);

    private bool IsFrozen => !_convolution.weight.requires_grad && !_norm.weight!.requires_grad && !_norm.bias!.requires_grad && _convolution.bias?.requires_grad != true;

    private long Outputs(Tensor input) =>
        input.shape[0] * _convolution.out_channels * (input.shape[2] / _convolution.stride[0]) * (input.shape[3] / _convolution.stride[1]);

    private (Tensor, Tensor?) Held(ScalarType format)
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
        Tensor kernels = _convolution.weight.mul(factor.view(-1, 1, 1, 1));
        return (kernels.to(format), shift.to(format));
    }
}
