using TransferLearning.Randomness;

namespace TransferLearning.Batching;

/// <summary>A transform of whole training batches, which may mix images and targets, like MixUp.</summary>
/// <remarks>Implementations must be immutable. They run on the training thread, on training batches only, after the transforms of single images.</remarks>
public interface IBatchTransform
{
    /// <summary>Whether it also works on activations of frozen stages, of any shape [N, ...].</summary>
    /// <value>False by default: epochs that train only the head then start from images instead of stored features.</value>
    bool WorksOnFeatures => false;

    /// <summary>What makes it unfit for a task, found before a fit rather than in its first step.</summary>
    /// <param name="task">The task that is learned.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(LearningTask task) => [];

    /// <summary>Transforms a batch.</summary>
    /// <param name="batch">The batch; borrowed.</param>
    /// <param name="context">The random sequence, the position in the fit, and the number of outputs.</param>
    /// <returns>A new batch, see <see cref="Batch.With"/>, which the caller disposes; or <paramref name="batch"/> itself.</returns>
    Batch Apply(Batch batch, BatchTransformContext context);
}

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
