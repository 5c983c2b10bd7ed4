using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Features;

namespace TransferLearning.Training;

/// <summary>What each epoch of a fit learns from and is measured on: pictures, or what the network's frozen stages made of them.</summary>
/// <param name="trainingPictures">The pictures to learn from.</param>
/// <param name="validationPictures">The pictures to measure on.</param>
/// <param name="validationActivations">The same, as frozen stages leave them; owned.</param>
/// <param name="features">Both as features, for epochs that train the head alone; null where every epoch is to see pictures; owned.</param>
internal sealed class FitBatches(
    BatchLoader trainingPictures,
    BatchLoader validationPictures,
    FrozenActivations validationActivations,
    (FeatureBatches Training, FeatureBatches Validation, int HeadStage)? features) : IDisposable
{
    /// <summary>The steps of an epoch.</summary>
    public int StepsPerEpoch => trainingPictures.BatchesPerEpoch;

    /// <summary>How long the training waited for pictures so far.</summary>
    public TimeSpan Waited => trainingPictures.Waited;

    /// <summary>The pictures that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped =>
    [
        .. trainingPictures.Skipped.Union(features?.Training.Skipped ?? []),
        .. validationPictures.Skipped.Union(features?.Validation.Skipped ?? []),
    ];

    /// <summary>Whether epochs in which so many stages stand still need the head alone.</summary>
    public bool AreFeatures(int frozenStages) => features?.HeadStage == frozenStages;

    /// <summary>Computes the features that an epoch, from 0, needs and that are not there yet; the network is in evaluation mode.</summary>
    /// <returns>How many pictures were looked at, piece by piece; the work is done when all pieces were taken.</returns>
    public IEnumerable<int> Prepare(int epoch, int frozenStages, CancellationToken cancellationToken) => AreFeatures(frozenStages)
        ? features!.Value.Training.Prepare(epoch, cancellationToken).Concat(features.Value.Validation.Prepare(epoch, cancellationToken))
        : [];

    /// <summary>The batches that an epoch learns from; the caller disposes each.</summary>
    public IEnumerable<Batch> Training(int epoch, int frozenStages, CancellationToken cancellationToken) => AreFeatures(frozenStages)
        ? features!.Value.Training.Epoch(epoch, cancellationToken)
        : trainingPictures.Epoch(epoch, cancellationToken);

    /// <summary>The batches that an epoch is measured on, the network in evaluation mode and no gradient wanted; the caller disposes each.</summary>
    public IEnumerable<Batch> Validation(int epoch, int frozenStages, CancellationToken cancellationToken) => AreFeatures(frozenStages)
        ? features!.Value.Validation.Epoch(epoch, cancellationToken)
        : validationActivations.Batches(frozenStages, cancellationToken);

    public void Dispose()
    {
        validationActivations.Dispose();
        features?.Training.Dispose();
        features?.Validation.Dispose();
    }
}
