using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>The context of a batch transform.</summary>
public sealed class BatchTransformContext
{
    /// <summary>A random sequence that depends only on seed, epoch, step and the transform's position. Not thread-safe.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>The position of the batch in the fit.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The number of outputs of the head: for classification, the number of classes.</summary>
    public required int OutputCount { get; init; }
}
