using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>The logits of a batch and the class of each of its samples, checked and in managed memory; a row is a sample's position in the batch.</summary>
public sealed class ClassOutcomes
{
    private readonly float[] _logits;
    private readonly long[] _targets;

    internal ClassOutcomes(Tensor output, Tensor targets)
    {
        _logits = OutcomeTensors.ReadOutput(output);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.dim() != 1 || targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"The targets must be Int64 [N]; they are {OutcomeTensors.Describe(targets)}.", nameof(targets));
        if (output.shape[0] != targets.shape[0])
            throw new ArgumentException($"The output has {output.shape[0]} rows and the targets {targets.shape[0]}; they must be equal.", nameof(targets));

        using var scope = NewDisposeScope();
        _targets = targets.numel() == 0 ? [] : targets.cpu().contiguous().data<long>().ToArray();
        ClassCount = checked((int)output.shape[1]);
        if (Array.FindIndex(_targets, target => target < 0 || target >= ClassCount) is >= 0 and int wrong)
            throw new ArgumentException($"Target {_targets[wrong]} is no class of an output of {ClassCount} classes; it must be 0 to {ClassCount - 1}.");
    }

    /// <summary>How many samples there are.</summary>
    public int Count => _targets.Length;

    /// <summary>How many logits a sample has.</summary>
    public int ClassCount { get; }

    /// <summary>The index of the class that a sample is of.</summary>
    public int GetTarget(int row) => (int)_targets[row];

    /// <summary>The index of the class with the largest logit; the first of equal ones.</summary>
    public int GetPrediction(int row)
    {
        ReadOnlySpan<float> logits = GetLogits(row);
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        return best;
    }

    /// <summary>How many classes come before the true one; of equal logits the lower index comes first, as in <see cref="GetPrediction"/>.</summary>
    /// <returns>0 where the prediction is right.</returns>
    public int GetRankOfTarget(int row)
    {
        ReadOnlySpan<float> logits = GetLogits(row);
        int target = GetTarget(row);
        int rank = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > logits[target] || (logits[i] == logits[target] && i < target))
                rank++;
        }
        return rank;
    }

    /// <summary>A sample's logits, one for each class.</summary>
    public ReadOnlySpan<float> GetLogits(int row) => _logits.AsSpan(row * ClassCount, ClassCount);
}
