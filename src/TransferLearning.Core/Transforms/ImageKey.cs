using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>An image in an epoch, from 1: the key of all its random decisions.</summary>
internal readonly record struct ImageKey(long Seed, int Epoch, int Index)
{
    /// <summary>The index that seeds the random sequences; by default the index in the source.</summary>
    public int RandomIndex { get; init; } = Index;

    /// <summary>The random sequence of one operation of a pipeline.</summary>
    /// <remarks>Sequences count epochs from 0, so that a seed draws what it always drew.</remarks>
    public RandomStream Stream(int operation) => new(Seed, RandomPurpose.Augmentation, Epoch - 1, RandomIndex, operation);
}
