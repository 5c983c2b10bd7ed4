using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.FeatureCache;

namespace TransferLearning.Training;

/// <summary>What each epoch of a fit learns from and is measured on: images, or what the network's frozen stages made of them.</summary>
/// <param name="trainingImages">The images to learn from.</param>
/// <param name="validationImages">The images to measure on.</param>
/// <param name="validationActivations">The same, as frozen stages leave them; owned.</param>
/// <param name="headStage">How many stages are frozen where the head learns alone; null where such epochs are to see images too.</param>
/// <param name="openFeatures">Opens the features of both sets, of the network as it is then.</param>
internal sealed class FitBatches(
    BatchLoader trainingImages,
    BatchLoader validationImages,
    FrozenActivations validationActivations,
    int? headStage,
    Func<(FeatureBatches Training, FeatureBatches Validation)> openFeatures) : IDisposable
{
    private readonly HashSet<SkippedSample> _skippedTraining = [];
    private readonly HashSet<SkippedSample> _skippedValidation = [];
    private (FeatureBatches Training, FeatureBatches Validation)? _features;

    /// <summary>The steps of an epoch.</summary>
    public int StepsPerEpoch => trainingImages.BatchesPerEpoch;

    /// <summary>How long the training waited for images so far.</summary>
    public TimeSpan Waited => trainingImages.Waited;

    /// <summary>The images that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped =>
    [
        .. trainingImages.Skipped.Union(_skippedTraining).Union(_features?.Training.Skipped ?? []),
        .. validationImages.Skipped.Union(_skippedValidation).Union(_features?.Validation.Skipped ?? []),
    ];

    /// <summary>Whether epochs in which so many stages are frozen need the head alone.</summary>
    public bool AreFeatures(int frozenStages) => headStage == frozenStages;

    /// <summary>Computes the features that an epoch, from 0, needs and that are not there yet; the network is in evaluation mode.</summary>
    /// <returns>How many images were looked at, piece by piece; the work is done when all pieces were taken.</returns>
    public IEnumerable<int> Prepare(int epoch, int frozenStages, CancellationToken cancellationToken)
    {
        if (!AreFeatures(frozenStages))
        {
            CloseFeatures(); // the network is about to become another
            return [];
        }

        (FeatureBatches training, FeatureBatches validation) = _features ??= openFeatures();
        return training.Prepare(epoch, cancellationToken).Concat(validation.Prepare(epoch, cancellationToken));
    }

    /// <summary>The batches that a prepared epoch learns from; the caller disposes each.</summary>
    public IEnumerable<Batch> Training(int epoch, CancellationToken cancellationToken) =>
        _features?.Training.Epoch(epoch, cancellationToken) ?? trainingImages.Epoch(epoch, cancellationToken);

    /// <summary>The batches that a prepared epoch is measured on, the network in evaluation mode and no gradient wanted; the caller disposes each.</summary>
    public IEnumerable<Batch> Validation(int epoch, int frozenStages, CancellationToken cancellationToken) =>
        _features?.Validation.Epoch(epoch, cancellationToken) ?? validationActivations.Batches(frozenStages, cancellationToken);

    public void Dispose()
    {
        validationActivations.Dispose();
        CloseFeatures();
    }

    private void CloseFeatures()
    {
        if (_features is not (FeatureBatches training, FeatureBatches validation))
            return;
        _skippedTraining.UnionWith(training.Skipped);
        _skippedValidation.UnionWith(validation.Skipped);
        training.Dispose();
        validation.Dispose();
        _features = null;
    }
}
