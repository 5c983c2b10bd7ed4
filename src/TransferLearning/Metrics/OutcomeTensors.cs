using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>Checks shapes and dtypes that native code does not check, and copies into managed memory.</summary>
internal static class OutcomeTensors
{
    public static float[] ReadOutput(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.dim() != 2 || output.shape[1] == 0 || !output.is_floating_point())
            throw new ArgumentException($"The output must be floating point [N, classes]; it is {Describe(output)}.", nameof(output));

        float[] values = Read(output);
        int nan = Array.FindIndex(values, float.IsNaN);
        return nan < 0 ? values : throw new ArgumentException(
            $"Row {nan / output.shape[1]} of the output holds NaN, which ranks nowhere: the network's weights or inputs are no longer finite.");
    }

    public static float[] Read(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.numel() == 0 ? [] : values.detach().to(float32).cpu().contiguous().data<float>().ToArray();
    }

    public static string Describe(Tensor tensor) => $"{tensor.dtype} {ShapeText.Of(tensor.shape)}";
}
