using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Which image of which epoch, from 1: what all random decisions about it depend on.</summary>
internal readonly record struct ImageKey(long Seed, int Epoch, int Index)
{
    /// <summary>What the random sequences are named by in place of the position; the position by default.</summary>
    public int RandomIndex { get; init; } = Index;

    /// <summary>The sequence that one operation of a pipeline draws from.</summary>
    /// <remarks>Sequences count epochs from 0, so that what a seed draws stays what it was.</remarks>
    public RandomStream Stream(int operation) => new(Seed, RandomPurpose.Augmentation, Epoch - 1, RandomIndex, operation);
}
