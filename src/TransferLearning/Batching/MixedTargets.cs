using TransferLearning.Internal;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Batching;

/// <summary>The targets of images that are mixed with those before them, the first with the last.</summary>
internal static class MixedTargets
{
    /// <summary>A share for each image, or one for all.</summary>
    public static float[] Draw(int count, bool perImage, Func<int, double> draw)
    {
        var shares = new float[count];
        for (int index = 0; index < (perImage ? count : 1); index++)
            shares[index] = (float)draw(index);
        if (!perImage)
            Array.Fill(shares, shares[0]);
        return shares;
    }

    /// <param name="targets">int64 [N], class indices, or float32 [N, classes] of 0 to 1; borrowed.</param>
    /// <param name="shares">The share of each image's own target.</param>
    /// <param name="outputs">The number of classes.</param>
    /// <param name="name">What errors call the transform.</param>
    /// <returns>float32 [N, classes] on the CPU; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The targets are of another kind, or a class does not exist.</exception>
    public static Tensor Of(Tensor targets, float[] shares, int outputs, string name)
    {
        float[] rows = Rows(targets, outputs) ?? throw new ArgumentException(
            $"{name} mixes targets Int64 [N], class indices below {outputs}, or Float32 [N, {outputs}] of 0 to 1, as single-label and multi-label "
            + $"classification have; found {targets.dtype} {ShapeText.Of(targets.shape)}.", nameof(targets));
        var mixed = new float[rows.Length];
        for (int row = 0; row < shares.Length; row++)
        {
            int own = row * outputs, other = (row + shares.Length - 1) % shares.Length * outputs;
            for (int column = 0; column < outputs; column++)
                mixed[own + column] = shares[row] * rows[own + column] + (1 - shares[row]) * rows[other + column];
        }
        return tensor(mixed, [shares.Length, outputs], device: CPU);
    }

    /// <summary>Refuses a task whose labels are of no class.</summary>
    public static IEnumerable<string> FindProblems(string name, LearningTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.Labels is { } labels && labels != LabelKind.Class && labels != LabelKind.Classes)
            yield return $"{name} mixes classes; the task '{task.Identifier}' has {labels}, and two images in one have no meaning between theirs.";
    }

    private static float[]? Rows(Tensor targets, int outputs)
    {
        if (targets.dtype == ScalarType.Int64 && targets.dim() == 1)
        {
            using Tensor onCpu = targets.cpu();
            long[] classes = onCpu.data<long>().ToArray();
            var rows = new float[classes.Length * outputs];
            for (int row = 0; row < classes.Length; row++)
            {
                if (classes[row] < 0 || classes[row] >= outputs)
                    return null;
                rows[row * outputs + classes[row]] = 1;
            }
            return rows;
        }
        if (targets.dtype != ScalarType.Float32 || targets.dim() != 2 || targets.shape[1] != outputs)
            return null;
        using Tensor values = targets.cpu().contiguous();
        float[] found = values.data<float>().ToArray();
        return Array.TrueForAll(found, value => value is >= 0 and <= 1) ? found : null;
    }
}
