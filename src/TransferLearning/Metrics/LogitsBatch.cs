using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>A batch's logits and targets, checked and copied into managed memory.</summary>
internal sealed class LogitsBatch
{
    private readonly float[] _logits;
    private readonly long[] _targets;

    private LogitsBatch(float[] logits, long[] targets, int classes)
    {
        _logits = logits;
        _targets = targets;
        Classes = classes;
    }

    public int Count => _targets.Length;

    public int Classes { get; }

    /// <summary>Reads floating-point [N, classes] and int64 [N]; checks what native code would answer with an abort or nonsense.</summary>
    public static LogitsBatch Read(Tensor output, Tensor targets)
    {
        CheckShapes(output, targets);
        using var scope = NewDisposeScope();
        int classes = checked((int)output.shape[1]);
        var batch = new LogitsBatch(
            output.numel() == 0 ? [] : output.detach().to(float32).cpu().contiguous().data<float>().ToArray(),
            targets.numel() == 0 ? [] : targets.cpu().contiguous().data<long>().ToArray(),
            classes);
        batch.CheckValues();
        return batch;
    }

    public int Target(int row) => (int)_targets[row];

    /// <summary>The class with the largest logit; the first of equal ones.</summary>
    public int Predicted(int row)
    {
        ReadOnlySpan<float> logits = Logits(row);
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        return best;
    }

    /// <summary>How many classes come before the true one; of equal logits the lower index comes first, as in <see cref="Predicted"/>.</summary>
    public int RankOfTarget(int row)
    {
        ReadOnlySpan<float> logits = Logits(row);
        int target = Target(row);
        int rank = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > logits[target] || (logits[i] == logits[target] && i < target))
                rank++;
        }
        return rank;
    }

    private ReadOnlySpan<float> Logits(int row) => _logits.AsSpan(row * Classes, Classes);

    private static void CheckShapes(Tensor output, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(targets);
        if (output.dim() != 2 || output.shape[1] == 0 || !output.is_floating_point())
            throw new ArgumentException($"The output must be floating point [N, classes]; it is {Describe(output)}.", nameof(output));
        if (targets.dim() != 1 || targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"The targets must be Int64 [N]; they are {Describe(targets)}.", nameof(targets));
        if (output.shape[0] != targets.shape[0])
            throw new ArgumentException($"The output has {output.shape[0]} rows and the targets {targets.shape[0]}; they must be equal.", nameof(targets));
    }

    private void CheckValues()
    {
        int nan = Array.FindIndex(_logits, float.IsNaN);
        if (nan >= 0)
            throw new ArgumentException($"Row {nan / Classes} of the output holds NaN, which ranks nowhere: the network's weights or inputs are no longer finite.");
        foreach (long target in _targets)
        {
            if (target < 0 || target >= Classes)
                throw new ArgumentException($"Target {target} is no class of an output of {Classes} classes; it must be 0 to {Classes - 1}.");
        }
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} {ShapeText.Of(tensor.shape)}";
}
