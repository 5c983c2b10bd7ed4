using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Which picture of which epoch: what all random decisions about it hang on.</summary>
internal readonly record struct PictureKey(long Seed, int Epoch, int Index)
{
    /// <summary>What the random sequences are named by in place of the position; the position where nothing is said.</summary>
    public int RandomIndex { get; init; } = Index;

    /// <summary>The sequence that one operation of a pipeline draws from.</summary>
    public RandomStream Stream(int operation) => new(Seed, RandomPurpose.Augmentation, Epoch, RandomIndex, operation);
}
