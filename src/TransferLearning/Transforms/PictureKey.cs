using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Which picture of which epoch: what all random decisions about it hang on.</summary>
internal readonly record struct PictureKey(long Seed, int Epoch, int Index)
{
    /// <summary>The sequence that one operation of a pipeline draws from.</summary>
    public RandomStream Stream(int operation) => new(Seed, RandomPurpose.Augmentation, Epoch, Index, operation);
}
