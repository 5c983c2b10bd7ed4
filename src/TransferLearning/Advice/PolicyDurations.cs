using TransferLearning.Training;

namespace TransferLearning.Advice;

/// <summary>How long a fit by each policy takes, by trials of some batches.</summary>
/// <param name="options">The settings that policies are applied to.</param>
/// <param name="fit">Runs a fit.</param>
internal sealed class PolicyDurations(TrainerOptions options, Func<TrainerOptions, CancellationToken, TrainingResult> fit)
{
    private readonly int _training = options.Data.Training.Samples.Count;
    private readonly int _validation = options.Data.Validation.Samples.Count;

    /// <summary>Runs the trials.</summary>
    /// <param name="perFeature">Seconds to compute the features of an image.</param>
    /// <param name="cancellationToken">Cancels them.</param>
    public IReadOnlyList<PolicyEstimate> Estimate(double perFeature, CancellationToken cancellationToken)
    {
        TrainerOptions stage = TrainingPolicy.LastStage.Apply(options);
        TrainerOptions all = TrainingPolicy.ProbeThenFineTune.Apply(options); // the same steps as all layers from a random head
        TimeTrial lastStage = TimeTrial.Run(stage, fit, cancellationToken);
        TimeTrial wholeNetwork = TimeTrial.Run(all, fit, cancellationToken);

        double features = perFeature * _training;
        double headEpochs = Enumerable.Range(1, all.Epochs).Count(epoch => IsHeadOnly(TrainingPolicy.AllLayers.Apply(options), epoch));
        double headEpochsCost = headEpochs * features + (headEpochs > 0 ? perFeature * _validation : 0); // the validation features are kept meanwhile
        return
        [
            Of(TrainingPolicy.HeadOnFeatures, wholeNetwork.Start + features + perFeature * _validation),
            Of(TrainingPolicy.LastStage, lastStage.Start + features + perFeature * _validation + stage.Epochs * Epoch(lastStage)),
            Of(TrainingPolicy.ProbeThenFineTune, wholeNetwork.Start + features + perFeature * _validation + all.Epochs * Epoch(wholeNetwork)),
            Of(TrainingPolicy.AllLayers, wholeNetwork.Start + headEpochsCost + (all.Epochs - headEpochs) * Epoch(wholeNetwork)),
        ];
    }

    private double Epoch(TimeTrial trial) => _training * trial.PerTrainingImage + _validation * trial.PerValidationImage;

    private static bool IsHeadOnly(TrainerOptions fit, int epoch) =>
        fit.Freeze.Freezes($"{fit.Backbone.Info.Stages[0].Prefixes[0]}.weight", fit.Backbone.Info, epoch);

    private static PolicyEstimate Of(TrainingPolicy policy, double seconds) => new(policy, TimeSpan.FromSeconds(seconds));
}

/// <summary>How long a fit by a policy takes.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Duration">The estimated duration of the whole fit on this machine, as busy as it is now, with no features kept from earlier.</param>
public sealed record PolicyEstimate(TrainingPolicy Policy, TimeSpan Duration);
