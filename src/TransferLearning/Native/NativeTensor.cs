using static TorchSharp.torch;

namespace TransferLearning.Native;

/// <summary>Tensors of values that were computed here, in torch's own memory.</summary>
/// <remarks>
/// torch.tensor keeps a managed array as the tensor's memory, wherever the garbage collector has put it. Matrix products round otherwise
/// where their operands are not aligned as torch's own memory is, so weights that are equal would give outputs that differ in their last digit.
/// </remarks>
internal static class NativeTensor
{
    /// <param name="values">As many as the shape says; copied.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="dtype">The number format.</param>
    /// <param name="device">The device.</param>
    /// <returns>The caller disposes it.</returns>
    public static Tensor Of(float[] values, long[] shape, ScalarType dtype, Device device)
    {
        using Tensor managed = tensor(values, shape);
        return managed.to(dtype, device, copy: true);
    }
}
