namespace TransferLearning;

/// <summary>
/// The number format that a network's activations are computed in. Weights, gradients, the optimizer's state, batch-norm
/// statistics, the head and every file stay float32.
/// </summary>
public enum ComputePrecision
{
    /// <summary>
    /// <see cref="BFloat16"/> where the network can compute in it and the processor has instructions for it that prove faster,
    /// else <see cref="Float32"/>.
    /// </summary>
    Auto,

    /// <summary>24 bits of mantissa: the results that PyTorch gives, to its last digits.</summary>
    Float32,

    /// <summary>
    /// 8 bits of mantissa and the range of float32: two to three times as fast where the processor has the instructions, many
    /// times slower where it does not.
    /// </summary>
    BFloat16,
}
