using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>What a batch transform may depend on.</summary>
public sealed class BatchTransformContext
{
    /// <summary>A random sequence that depends on seed, epoch, step and the transform's position alone.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>Where in the fit the batch is.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>How many outputs the network's head has: for classification, the number of classes.</summary>
    public required int OutputCount { get; init; }
}
