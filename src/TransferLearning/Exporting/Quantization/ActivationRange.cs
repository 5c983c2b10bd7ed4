using static TorchSharp.torch;

namespace TransferLearning.Exporting.Quantization;

/// <summary>How activations are stored in 8 bits without a sign: a number is scale * (stored - zero point).</summary>
internal sealed record ActivationRange(float Scale, byte ZeroPoint)
{
    private const int Steps = byte.MaxValue;

    /// <summary>What a sigmoid gives.</summary>
    public static ActivationRange Unit { get; } = Of(0, 1);

    /// <summary>The smallest number that can be stored.</summary>
    public double Low => -(double)Scale * ZeroPoint;

    /// <summary>The largest number that can be stored.</summary>
    public double High => (double)Scale * (Steps - ZeroPoint);

    /// <summary>
    /// The range from <paramref name="low"/> to <paramref name="high"/>, widened to hold zero, which must be a stored number, because convolutions pad with it.
    /// </summary>
    public static ActivationRange Of(double low, double high)
    {
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        float scale = (float)((high - low) / Steps);
        if (!float.IsNormal(scale))
            scale = 1f / Steps; // nothing but zeros
        return new ActivationRange(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, Steps));
    }

    /// <summary>Numbers as they are once they were stored.</summary>
    /// <param name="values">float32; borrowed.</param>
    /// <returns>A new tensor, of the caller's dispose scope.</returns>
    public Tensor Stored(Tensor values)
    {
        using var scope = NewDisposeScope();
        Tensor scale = Number(Scale), low = Number(-ZeroPoint), high = Number(Steps - ZeroPoint);
        return values.div(scale).round_().clamp_(low, high).mul_(scale).MoveToOuterDisposeScope();

        Tensor Number(float value) => tensor(value, device: values.device);
    }
}
