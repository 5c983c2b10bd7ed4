using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Importing.Layers;

/// <summary>Takes ranges along axes, as Python's slices do. A module, so that hooks see it.</summary>
/// <param name="axes">From 0.</param>
/// <param name="starts">Negative ones count from the end.</param>
/// <param name="ends">Not taken any more; beyond the end for all.</param>
/// <param name="steps">Not 0.</param>
internal sealed class Slicing(int[] axes, long[] starts, long[] ends, long[] steps) : nn.Module<Tensor, Tensor>(nameof(Slicing)), IGraphLayer
{
    /// <param name="input">Borrowed.</param>
    /// <returns>A view, if possible; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor output = input.alias();
        for (int at = 0; at < axes.Length; at++)
        {
            (long first, long count, long step) = Range(output.shape[axes[at]], starts[at], ends[at], steps[at]);
            if (step > 0)
                output = output.slice(axes[at], first, first + Math.Max(0, (count - 1) * step + 1) * Math.Sign(count), step);
            else
                output = output.index_select(axes[at], tensor(Backward(first, (int)count, step), device: input.device));
        }
        return output.MoveToOuterDisposeScope();
    }

    public GraphOperation Describe() =>
        new("Slice", ("axes", axes.Select(axis => (long)axis).ToArray()), ("starts", starts), ("ends", ends), ("steps", steps));

    /// <summary>Which of so many are taken.</summary>
    public static (long First, long Count, long Step) Range(long length, long start, long end, long step)
    {
        step = Math.Clamp(step, -length - 1, length + 1);
        long least = step > 0 ? 0 : -1, most = step > 0 ? length : length - 1;
        long first = Math.Clamp(start < 0 ? start + length : start, 0, Math.Max(0, most));
        long last = Math.Clamp(end < 0 ? Math.Max(end, -length - 1) + length : end, least, Math.Max(least, most));
        long count = step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step;
        return (first, Math.Max(0, count), step);
    }

    private static long[] Backward(long first, int count, long step) => [.. Enumerable.Range(0, count).Select(index => first + index * step)];
}

/// <summary>Replaces values at places. For constants alone.</summary>
internal sealed class Scattering() : nn.Module<Tensor, Tensor, Tensor, Tensor>(nameof(Scattering))
{
    /// <param name="data">Any shape; borrowed.</param>
    /// <param name="places">int64 [..., axes]: indices of the first axes; borrowed.</param>
    /// <param name="updates">[..., the other axes]; borrowed.</param>
    /// <returns>The caller disposes it.</returns>
    public override Tensor forward(Tensor data, Tensor places, Tensor updates)
    {
        using var scope = NewDisposeScope();
        TensorIndex[] indices = [.. places.to(ScalarType.Int64).unbind(-1).Select(TensorIndex.Tensor)];
        return data.clone().index_put_(updates.to(data.dtype), indices).MoveToOuterDisposeScope();
    }
}
