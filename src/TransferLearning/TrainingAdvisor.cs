using TransferLearning.Advice;
using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Native;
using TransferLearning.Published;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>Measures a data set and a network's features of it, and says which layers to train; or which of several networks to start from.</summary>
/// <remarks>Only training images are measured, and nothing is kept. The advice is the same for the same seed and number of torch threads; durations are
/// measured. Images of one class each only. docs/advisor.md tells the rule, its limits, and what it was checked on.</remarks>
public static class TrainingAdvisor
{
    /// <summary>Recommends one of four policies.</summary>
    /// <param name="data">The images of the fit.</param>
    /// <param name="backbone">The network, which is opened several times.</param>
    /// <param name="options">How to measure; optional.</param>
    /// <param name="cancellationToken">Cancels downloads and measurements.</param>
    /// <returns>The policy, the reason, and what was measured.</returns>
    /// <exception cref="ArgumentException">The targets are not one class per image, or there are too few images or classes.</exception>
    /// <exception cref="TrainerConfigurationException">A fit by one of the policies is not possible: the network's head cannot be solved, for one.</exception>
    /// <exception cref="IOException">An image or the weights cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TrainingAdvice Recommend(
        DatasetSplit data, PretrainedBackbone backbone, AdvisorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(backbone);
        options ??= new AdvisorOptions();
        TrainerOptions fit = FitOf(data, backbone, options);
        var summary = DatasetSummary.Of(data.Training);
        foreach (TrainingPolicy policy in TrainingPolicy.All)
            _ = new Trainer(policy.Apply(fit)); // which finds what makes it impossible

        TorchRuntime.EnsureAvailable();
        using IDisposable threads = TorchThreads.Use(fit.TorchThreads ?? TorchThreads.Count);
        Subset images = StratifiedSample.Draw(data.Training, options.MaximumImages, options.Seed);
        var features = StageFeatures.Of(backbone, images, fit, cancellationToken);
        var measured = DatasetSummary.Of(features.Samples); // enough must be readable
        if (images.Samples.Count == summary.Images)
            summary = measured;
        var untrained = StageFeatures.Of(backbone.WithRandomWeights(), images, fit, cancellationToken, options.Seed);
        FeatureMeasures measures = FeatureMeasures.Of(backbone, features, cancellationToken) with
        {
            UntrainedAccuracy = NeighborVote.Accuracy(untrained.Last, untrained.Classes),
            UntrainedLogEvidence = LogEvidence.Of(untrained.Last, untrained.Classes),
        };
        (TrainingPolicy best, TrainingPolicy next, string reason) = PolicyRule.Choose(summary, measures);
        return new TrainingAdvice
        {
            Policy = best,
            RunnerUp = next,
            Reason = reason,
            Data = summary,
            Features = measures,
            Estimates = options.EstimatesTime ? PolicyDurations.Estimate(fit, Fit, untrained.PerImage, cancellationToken) : [],
        };
    }

    /// <summary>Recommends a policy for a source that is yet to be split, as <see cref="DatasetSplit.Of"/> splits it.</summary>
    /// <param name="source">All images.</param>
    /// <param name="backbone">The network, which is opened several times.</param>
    /// <param name="options">How to measure; optional.</param>
    /// <param name="cancellationToken">Cancels downloads and measurements.</param>
    /// <inheritdoc cref="Recommend(DatasetSplit, PretrainedBackbone, AdvisorOptions, CancellationToken)" path="/returns|/exception"/>
    public static TrainingAdvice Recommend(
        IDatasetSource source, PretrainedBackbone backbone, AdvisorOptions? options = null, CancellationToken cancellationToken = default) =>
        Recommend(DatasetSplit.Of(source, seed: options?.Fit?.Seed ?? 0), backbone, options, cancellationToken);

    /// <summary>Ranks networks by how well a ridge head on their fixed features answers for training images left out.</summary>
    /// <param name="data">The images of the fit.</param>
    /// <param name="backbones">The networks; at least one.</param>
    /// <param name="options">How to measure; optional.</param>
    /// <param name="cancellationToken">Cancels downloads and measurements.</param>
    /// <returns>The measures of each network, the best first: by <see cref="FeatureMeasures.RidgeAccuracy"/>, then by
    /// <see cref="FeatureMeasures.LogEvidence"/>.</returns>
    /// <exception cref="ArgumentException">There is no network, the targets are not one class per image, or there are too few images or classes.</exception>
    /// <exception cref="TrainerConfigurationException">A head on a network's features cannot be solved.</exception>
    /// <exception cref="IOException">An image or the weights cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<FeatureMeasures> AdviseBackbones(
        DatasetSplit data, IEnumerable<PretrainedBackbone> backbones, AdvisorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(backbones);
        options ??= new AdvisorOptions();
        PretrainedBackbone[] candidates = [.. backbones.Select(backbone => Require.NotNull(backbone, nameof(backbones)))];
        if (candidates.Length == 0)
            throw new ArgumentException("There is no network to rank; name at least one.", nameof(backbones));
        _ = DatasetSummary.Of(data.Training);
        foreach (PretrainedBackbone backbone in candidates)
            _ = new Trainer(TrainingPolicy.HeadOnFeatures.Apply(FitOf(data, backbone, options)));

        TorchRuntime.EnsureAvailable();
        using IDisposable threads = TorchThreads.Use(options.Fit?.TorchThreads ?? TorchThreads.Count);
        Subset images = StratifiedSample.Draw(data.Training, options.MaximumImages, options.Seed);
        var measures = new List<FeatureMeasures>();
        foreach (PretrainedBackbone backbone in candidates)
        {
            var features = StageFeatures.Of(backbone, images, FitOf(data, backbone, options), cancellationToken);
            _ = DatasetSummary.Of(features.Samples); // enough must be readable
            measures.Add(FeatureMeasures.Of(backbone, features, cancellationToken));
        }
        return [.. measures.OrderByDescending(entry => entry.RidgeAccuracy).ThenByDescending(entry => entry.LogEvidence)];
    }

    private static TrainingResult Fit(TrainerOptions options, CancellationToken cancellationToken) =>
        new Trainer(options).Fit(cancellationToken: cancellationToken);

    private static TrainerOptions FitOf(DatasetSplit data, PretrainedBackbone backbone, AdvisorOptions options) =>
        (options.Fit ?? TrainerOptions.ForFineTuning(backbone, data)) with { Backbone = backbone, Data = data };
}
