using TransferLearning.Heads;
using TransferLearning.Networks;
using TransferLearning.Training;

namespace TransferLearning.Advice;

/// <summary>How much of a network is trained: one of four answers to how many images there are and how much they resemble those of the pretraining.</summary>
public sealed class TrainingPolicy
{
    private const int StagesWithOneToFreeze = 3;

    private readonly Func<TrainerOptions, TrainerOptions, TrainerOptions> _apply;

    private TrainingPolicy(string name, Func<TrainerOptions, TrainerOptions, TrainerOptions> apply) => (Name, _apply) = (name, apply);

    /// <summary>A head in closed form on fixed features, as <see cref="Trainer.SolveHead"/> does it.</summary>
    public static TrainingPolicy HeadOnFeatures { get; } = new("head on features", (options, _) =>
        TrainerOptions.ForSolvingTheHead(options.Backbone, options.Data));

    /// <summary>The head, solved first, and the last stage before it; the other stages are frozen.</summary>
    public static TrainingPolicy LastStage { get; } = new("last stage", (options, tuning) => ProbeFirst(tuning) with
    {
        Freeze = BelowLastStage(options.Backbone.Info),
    });

    /// <summary>Linear probing, then fine-tuning (Kumar et al., 2022): the head is solved, then all layers are trained.</summary>
    public static TrainingPolicy ProbeThenFineTune { get; } = new("probe, then fine-tune", (_, tuning) => ProbeFirst(tuning));

    /// <summary>All layers, from a random head that was trained alone for two epochs.</summary>
    public static TrainingPolicy AllLayers { get; } = new("all layers", (_, tuning) => tuning with { HeadStart = HeadStart.Random });

    /// <summary>The four policies, the fastest first.</summary>
    public static IReadOnlyList<TrainingPolicy> All { get; } = [HeadOnFeatures, LastStage, ProbeThenFineTune, AllLayers];

    /// <summary>The name in tables, such as "last stage".</summary>
    public string Name { get; }

    /// <summary>Sets what the policy consists of: the frozen parameters, the head solver, the optimizer and its parameter groups. The number of epochs is
    /// kept, except that no epochs follow a head on features. Settings that a policy has no use for are left out: those that only epochs have, such as
    /// <see cref="TrainerOptions.Interpolation"/>, or <see cref="TrainerOptions.KeepHeadStatistics"/> where epochs follow.</summary>
    /// <param name="options">Any settings.</param>
    /// <returns>A changed copy.</returns>
    public TrainerOptions Apply(TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainerOptions tuning = TrainerOptions.ForFineTuning(options.Backbone, options.Data);
        TrainerOptions policy = _apply(options, tuning);
        int epochs = options.Epochs == 0 ? tuning.Epochs : options.Epochs;
        TrainerOptions useful = policy.Epochs == 0 ? EpochSettings.Drop(options) : options with { KeepHeadStatistics = false };
        return useful with
        {
            Epochs = policy.Epochs == 0 ? 0 : epochs,
            HeadStart = policy.HeadStart,
            Freeze = policy.Freeze,
            Optimizer = policy.Optimizer,
            Grouping = policy.Grouping,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static TrainerOptions ProbeFirst(TrainerOptions tuning) => tuning with { HeadStart = HeadStart.Solved() };

    private static FreezePolicy BelowLastStage(BackboneInfo info) =>
        info.Stages.Count < StagesWithOneToFreeze ? FreezePolicy.Nothing : FreezePolicy.UpTo(info.Stages[^StagesWithOneToFreeze].Name);
}
