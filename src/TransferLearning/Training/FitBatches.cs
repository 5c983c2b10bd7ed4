using TransferLearning.Batching;
using TransferLearning.Data;

namespace TransferLearning.Training;

/// <summary>What each epoch of a fit learns from and is measured on: pictures, or what the network's frozen stages made of them.</summary>
internal sealed class FitBatches(BatchLoader trainingPictures, BatchLoader validationPictures, FrozenActivations validationActivations) : IDisposable
{
    /// <summary>The steps of an epoch.</summary>
    public int StepsPerEpoch => trainingPictures.BatchesPerEpoch;

    /// <summary>The pictures that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped => [.. trainingPictures.Skipped, .. validationPictures.Skipped];

    /// <summary>The batches that an epoch, from 0, learns from; the caller disposes each.</summary>
    public IEnumerable<Batch> Training(int epoch, CancellationToken cancellationToken) => trainingPictures.Epoch(epoch, cancellationToken);

    /// <summary>The batches that an epoch is measured on, the network in evaluation mode and no gradient wanted; the caller disposes each.</summary>
    public IEnumerable<Batch> Validation(int frozenStages, CancellationToken cancellationToken) => validationActivations.Batches(frozenStages, cancellationToken);

    public void Dispose() => validationActivations.Dispose();
}
