using TransferLearning.Optimization;

namespace TransferLearning.Training;

/// <summary>The settings that only epochs have: where a head is solved and none follows, they would change nothing.</summary>
internal static class EpochSettings
{
    /// <summary>The default of <see cref="TrainerOptions.Schedule"/>; as no user's own schedule is this instance, it can be told from them.</summary>
    public static ILearningRateSchedule DefaultSchedule { get; } = LearningRate.Cosine();

    private static readonly Setting[] _all =
    [
        new($"{nameof(TrainerBuilder.Schedule)}", options => !ReferenceEquals(options.Schedule, DefaultSchedule),
            options => options with { Schedule = DefaultSchedule }),
        new($"{nameof(TrainerBuilder.StopEarly)}", options => options.Patience is not null, options => options with { Patience = null }),
        new($"{nameof(TrainerBuilder.StopAfter)}", options => options.MaximumDuration is not null || options.MaximumSteps is not null,
            options => options with { MaximumDuration = null, MaximumSteps = null }),
        new($"{nameof(TrainerBuilder.TransformBatches)}", options => options.BatchTransforms.Count > 0, options => options with { BatchTransforms = [] }),
        new($"{nameof(TrainerBuilder.SampleWith)}", options => !ReferenceEquals(options.Sampler, Batching.Sampler.Shuffled),
            options => options with { Sampler = Batching.Sampler.Shuffled }),
        new($"{nameof(TrainerBuilder.StepWith)}", options => options.HasOwnStep, options => options with { Step = null }),
        new($"{nameof(TrainerBuilder.AccumulateGradients)}", options => options.AccumulatedBatches > 1, options => options with { AccumulatedBatches = 1 }),
        new($"{nameof(TrainerBuilder.MinimizeSharpness)}", options => options.SharpnessRadius is not null, options => options with { SharpnessRadius = null }),
        new($"{nameof(TrainerBuilder.DecayTowardStart)}", options => options.StartingPoint is not null, options => options with { StartingPoint = null }),
        new($"{nameof(TrainerBuilder.InterpolateWeights)}", options => options.Interpolation is not null, options => options with { Interpolation = null }),
        new($"{nameof(TrainerBuilder.AverageWeights)} or {nameof(TrainerBuilder.EvaluateWith)}", options => options.EvaluationWeights is not null,
            options => options with { EvaluationWeights = null }),
        new($"{nameof(TrainerBuilder.OptimizeWith)}", options => Differs(options, entry => entry.Optimizer),
            options => options with { Optimizer = Frozen(options).Optimizer }),
        new($"{nameof(TrainerBuilder.GroupParameters)} or {nameof(TrainerBuilder.DiscriminativeRates)}", options => Differs(options, entry => entry.Grouping),
            options => options with { Grouping = Frozen(options).Grouping }),
        new($"{nameof(TrainerBuilder.Freeze)}", options => options.Freeze != FreezePolicy.Nothing && Differs(options, entry => entry.Freeze),
            options => options with { Freeze = Frozen(options).Freeze }),
        new($"{nameof(TrainerBuilder.BatchNorm)}", options => Differs(options, entry => entry.BatchNorm),
            options => options with { BatchNorm = Frozen(options).BatchNorm }),
    ];

    /// <summary>Whether the head is solved and no epoch follows.</summary>
    public static bool AreWithoutUse(TrainerOptions options) => options is { Epochs: 0, HeadStart: { Solver: not null, IsOptional: false } };

    /// <summary>The builder's methods that set those which are set.</summary>
    public static IEnumerable<string> NamesIn(TrainerOptions options) => _all.Where(setting => setting.IsIn(options)).Select(setting => setting.Method);

    /// <summary>The options without them.</summary>
    public static TrainerOptions Drop(TrainerOptions options) => _all.Aggregate(options, (rest, setting) => setting.Drop(rest));

    private static TrainerOptions Frozen(TrainerOptions options) => TrainerOptions.ForFeatureExtraction(options.Backbone, options.Data);

    // A fit of a frozen network and one of all layers start from different defaults; either may have been asked for no epochs.
    private static bool Differs<T>(TrainerOptions options, Func<TrainerOptions, T> setting) =>
        new[] { Frozen(options), TrainerOptions.ForFineTuning(options.Backbone, options.Data) }
            .All(start => !EqualityComparer<T>.Default.Equals(setting(start), setting(options)));

    private sealed record Setting(string Method, Func<TrainerOptions, bool> IsIn, Func<TrainerOptions, TrainerOptions> Drop);
}
