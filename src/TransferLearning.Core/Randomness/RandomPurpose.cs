namespace TransferLearning.Randomness;

/// <summary>The first part of every key: it keeps the uses of one seed apart from one another.</summary>
internal static class RandomPurpose
{
    public const long Split = 1;
    public const long Order = 2;
    public const long Augmentation = 3;
    public const long HeadWeights = 4;
    public const long Dropout = 5;
    public const long NetworkWeights = 6;
    public const long View = 7;
    public const long BatchTransform = 8;
    public const long Bootstrap = 101;
    public const long HeadFolds = 9;
    public const long Advice = 10;
}
