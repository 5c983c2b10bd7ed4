using TransferLearning.Training;

namespace TransferLearning.Advice;

/// <summary>How long a fit by each policy takes, by trials of some batches.</summary>
internal static class PolicyDurations
{
    /// <summary>Runs the trials.</summary>
    /// <param name="options">The settings that policies are applied to.</param>
    /// <param name="fit">Runs a fit.</param>
    /// <param name="perFeature">Seconds to read an image and to compute its features.</param>
    /// <param name="cancellationToken">Cancels them.</param>
    public static IReadOnlyList<PolicyEstimate> Estimate(
        TrainerOptions options, Func<TrainerOptions, CancellationToken, TrainingResult> fit, double perFeature, CancellationToken cancellationToken)
    {
        var stage = TimeTrial.Run(TrainingPolicy.LastStage.Apply(options), fit, cancellationToken);
        var whole = TimeTrial.Run(TrainingPolicy.ProbeThenFineTune.Apply(options), fit, cancellationToken); // all layers take as long from a random head
        return Of(options, stage, whole, perFeature);
    }

    /// <summary>Durations by what the trials measured.</summary>
    public static IReadOnlyList<PolicyEstimate> Of(TrainerOptions options, TimeTrial stage, TimeTrial whole, double perFeature)
    {
        (int training, int validation) = (options.Data.Training.Samples.Count, options.Data.Validation.Samples.Count);
        int views = options.Features.Views;
        TrainerOptions all = TrainingPolicy.AllLayers.Apply(options);
        int headEpochs = Enumerable.Range(1, all.Epochs).Count(epoch => IsHeadOnly(all, epoch));
        int computed = views > 0 ? Math.Min(views, headEpochs) : headEpochs; // later epochs find the views of earlier ones, as with validation images
        double features = perFeature * (computed * training + (headEpochs > 0 ? validation : 0));
        int moreViews = options.SolvedViews - 1; // than in the trial
        double head = whole.Start + whole.WholeHead(perFeature) + moreViews * training * perFeature; // the later trial found everything warm
        return
        [
            For(TrainingPolicy.HeadOnFeatures, head),
            For(TrainingPolicy.LastStage, head + all.Epochs * stage.WholeEpoch),
            For(TrainingPolicy.ProbeThenFineTune, head + all.Epochs * whole.WholeEpoch),
            For(TrainingPolicy.AllLayers, whole.Start + features + (all.Epochs - headEpochs) * whole.WholeEpoch),
        ];
    }

    private static bool IsHeadOnly(TrainerOptions fit, int epoch) =>
        fit.Freeze.Freezes($"{fit.Backbone.Info.Stages[0].Prefixes[0]}.weight", fit.Backbone.Info, epoch);

    private static PolicyEstimate For(TrainingPolicy policy, double seconds) => new(policy, TimeSpan.FromSeconds(seconds));
}

/// <summary>How long a fit by a policy takes.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Duration">The estimated duration of the whole fit on this machine, as busy as it is now, with no features kept from earlier.</param>
public sealed record PolicyEstimate(TrainingPolicy Policy, TimeSpan Duration);
