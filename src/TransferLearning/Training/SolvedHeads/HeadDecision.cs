using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Training.Observers;

namespace TransferLearning.Training.SolvedHeads;

/// <summary>Decides how the head starts, once the network is open, and with it the defaults that differ.</summary>
internal static class HeadDecision
{
    // 5000 images of 2048 features take 1 GB while they are decomposed.
    private const long MostFeatures = 5_000L * 2048;

    /// <summary>By which fine-tuning starts from a random head; as no user's own policy is this instance, it can give way to a solved head.</summary>
    public static FreezePolicy HeadFirst { get; } = FreezePolicy.Backbone.ForEpochs(2);

    /// <summary>What trains a random head on features; likewise.</summary>
    public static OptimizerOptions ForRandomHead { get; } = Optimizers.AdamW(learningRate: 2e-3);

    // A solved head is near its place: a higher rate spoils it where features are many and images few.
    private static OptimizerOptions ForSolvedHead { get; } = Optimizers.AdamW(learningRate: 2e-4);

    /// <summary>The settings of a fit of this network, with the head solved or not; the reason for a random one is logged.</summary>
    public static TrainerOptions Decide(TrainerOptions options, Backbone backbone)
    {
        if (options.HeadStart is { IsOptional: true, Solver: { } solver })
        {
            string? reason = FindReason(options, solver, backbone);
            if (reason is not null)
                TrainingLog.Inform(options.Logger, $"The head starts from random weights: {reason}");
            options = options with { HeadStart = reason is null ? HeadStart.Solved(solver) : HeadStart.Random };
        }
        if (options.HeadStart.Solver is null)
            return options;
        return options with
        {
            Freeze = FreezeOf(options),
            Optimizer = ReferenceEquals(options.Optimizer, ForRandomHead) ? ForSolvedHead : options.Optimizer,
        };
    }

    /// <summary>The freeze policy if the head is solved.</summary>
    public static FreezePolicy FreezeOf(TrainerOptions options) =>
        options.HeadStart.Solver is not null && ReferenceEquals(options.Freeze, HeadFirst) ? FreezePolicy.Nothing : options.Freeze;

    private static string? FindReason(TrainerOptions options, IHeadSolver solver, Backbone backbone)
    {
        if (!backbone.HasLinearHead)
            return $"that of {backbone.Info.Name} is no single linear layer in a {nameof(StagedNetwork)}.";
        long features = (long)options.Data.Training.Samples.Count * options.SolvedViews * backbone.Info.FeatureSize;
        if (features > MostFeatures)
            return FormattableString.Invariant($"{features} features of all images are more than {MostFeatures}, so that epochs are faster.");
        LabelKind labels = HeadFit.LabelsOf(options.Task, options.Data.Training);
        return solver.FindProblems(labels, backbone.OutputCount).FirstOrDefault();
    }
}
