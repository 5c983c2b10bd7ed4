namespace TransferLearning.Batching;

/// <summary>What happens to a whole training batch before the network sees it: it may mix images and targets, as MixUp does.</summary>
/// <remarks>Implementations must be immutable. They run on the thread that trains, on training batches alone, after the transforms of single images.</remarks>
public interface IBatchTransform
{
    /// <summary>Whether it also works on what frozen stages made of images, of any shape [N, ...].</summary>
    /// <value>False: epochs that train the head alone then compute from images instead of stored features.</value>
    bool WorksOnFeatures => false;

    /// <summary>Transforms a batch.</summary>
    /// <param name="batch">What came before; borrowed.</param>
    /// <param name="context">Where randomness comes from, where in the fit the batch is, and how many outputs the head has.</param>
    /// <returns>A new batch, see <see cref="Batch.With"/>, which the caller disposes; or <paramref name="batch"/> itself.</returns>
    Batch Apply(Batch batch, BatchTransformContext context);
}
