using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>The logits of a batch and the class of each of its samples, checked and in managed memory.</summary>
public sealed class ClassOutcomes
{
    private readonly float[] _logits;
    private readonly long[] _targets;

    private ClassOutcomes(float[] logits, long[] targets, int classes)
    {
        _logits = logits;
        _targets = targets;
        ClassCount = classes;
    }

    /// <summary>How many samples there are.</summary>
    public int Count => _targets.Length;

    /// <summary>How many logits a sample has.</summary>
    public int ClassCount { get; }

    /// <summary>The class that a sample is of.</summary>
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>The class's index.</returns>
    public int Target(int row) => (int)_targets[row];

    /// <summary>The class with the largest logit; the first of equal ones.</summary>
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>The class's index.</returns>
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
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>0 where the prediction is right.</returns>
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

    /// <summary>A sample's logits.</summary>
    /// <param name="row">The sample's position in the batch.</param>
    /// <returns>One for each class.</returns>
    public ReadOnlySpan<float> Logits(int row) => _logits.AsSpan(row * ClassCount, ClassCount);

    internal static ClassOutcomes Read(Tensor output, Tensor targets)
    {
        OutcomeTensors.CheckOutput(output);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.dim() != 1 || targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"The targets must be Int64 [N]; they are {OutcomeTensors.Describe(targets)}.", nameof(targets));
        if (output.shape[0] != targets.shape[0])
            throw new ArgumentException($"The output has {output.shape[0]} rows and the targets {targets.shape[0]}; they must be equal.", nameof(targets));

        using var scope = NewDisposeScope();
        long[] classes = targets.numel() == 0 ? [] : targets.cpu().contiguous().data<long>().ToArray();
        var batch = new ClassOutcomes(OutcomeTensors.Floats(output), classes, checked((int)output.shape[1]));
        batch.CheckValues();
        return batch;
    }

    private void CheckValues()
    {
        OutcomeTensors.RefuseNaN(_logits, ClassCount);
        foreach (long target in _targets)
        {
            if (target < 0 || target >= ClassCount)
                throw new ArgumentException($"Target {target} is no class of an output of {ClassCount} classes; it must be 0 to {ClassCount - 1}.");
        }
    }
}
