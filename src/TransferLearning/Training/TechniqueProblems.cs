using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Optimization;
using TransferLearning.Training.SolvedHeads;

namespace TransferLearning.Training;

/// <summary>Finds what contradicts itself among the techniques that are off by default.</summary>
internal static class TechniqueProblems
{
    private const int MostEpochsAsked = 1000;
    private const string PartOfStep = $"is a part of the built-in step, which {nameof(TrainerBuilder.StepWith)} replaces: use one of them.";

    /// <summary>One sentence per problem.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="parameterNames">The network's parameters; enumerated only if necessary.</param>
    public static IEnumerable<string> Find(TrainerOptions options, IEnumerable<string> parameterNames) =>
    [
        .. Ranges(options),
        .. ParameterGrouping.FindProblems(options.Backbone.Info, options.Grouping),
        .. EpochSettings.AreWithoutUse(options) ? WithoutEpochs(options) : [.. Steps(options), .. Start(options), .. Between(options, parameterNames)],
    ];

    private static IEnumerable<string> WithoutEpochs(TrainerOptions options) => EpochSettings.NamesIn(options).Select(method =>
        $"{method} is for epochs, but the head is solved at once and no epoch follows: leave it out, or say .{nameof(TrainerBuilder.For)}(epochs).");

    private static IEnumerable<string> Ranges(TrainerOptions options)
    {
        if (options.AccumulatedBatches < 1)
            yield return $"The number of accumulated batches must be at least 1; it is {options.AccumulatedBatches}.";
        if (options.SharpnessRadius is { } radius && !(double.IsFinite(radius) && radius > 0))
            yield return FormattableString.Invariant($"The radius of sharpness-aware minimization must be a finite number above 0; it is {radius}.");
        if (options.MaximumSteps < 1)
            yield return $"The maximum number of steps must be at least 1; it is {options.MaximumSteps}.";
        if (options.MaximumDuration <= TimeSpan.Zero)
            yield return FormattableString.Invariant($"The maximum duration must be above 0; it is {options.MaximumDuration:c}.");
    }

    private static IEnumerable<string> Steps(TrainerOptions options)
    {
        if (!options.HasOwnStep)
            yield break;
        if (options.AccumulatedBatches > 1)
            yield return $"{nameof(TrainerBuilder.AccumulateGradients)} {PartOfStep}";
        if (options.SharpnessRadius is not null)
            yield return $"{nameof(TrainerBuilder.MinimizeSharpness)} {PartOfStep}";
    }

    private static IEnumerable<string> Start(TrainerOptions options)
    {
        if (options.StartingPoint is not null && options.Optimizer.WeightDecay > 0)
        {
            yield return FormattableString.Invariant($"Decay toward the pretrained weights takes the place of weight decay toward 0, which is ") +
                FormattableString.Invariant($"{options.Optimizer.WeightDecay}: set {nameof(OptimizerOptions.WeightDecay)} to 0.");
        }
    }

    private static IEnumerable<string> Between(TrainerOptions options, IEnumerable<string> parameterNames)
    {
        if (options.Interpolation is null)
            yield break;
        if (options.BatchNorm != BatchNormMode.Frozen)
        {
            yield return $"Interpolated weights need batch-norm statistics that are the same at the start and the end; the batch-norm mode is " +
                $"{options.BatchNorm}. Use {nameof(BatchNormMode)}.{nameof(BatchNormMode.Frozen)}.";
        }

        BackboneInfo info = options.Backbone.Info;
        string[] backbone = [.. parameterNames.Where(name => !info.IsHead(name))];
        FreezePolicy policy = HeadDecision.FreezeOf(options);
        if (options.HeadStart is { Solver: null } or { IsOptional: true } && backbone.Any(name => !options.Freeze.Freezes(name, info, epoch: 1)))
        {
            yield return $"Interpolation starts at weights whose head is trained, but the backbone is trained from the first epoch on. Train the head alone " +
                $"first, with {nameof(FreezePolicy)}.{nameof(FreezePolicy.Backbone)}.{nameof(FreezePolicy.ForEpochs)}(2) for instance, or solve it, with " +
                $"{nameof(TrainerBuilder.StartFromSolvedHead)}.";
        }
        else if (options.Epochs <= MostEpochsAsked
            && Enumerable.Range(1, Math.Max(1, options.Epochs)).All(epoch => backbone.All(name => policy.Freezes(name, info, epoch))))
        {
            yield return $"Weights are interpolated between those before and after fine-tuning, but the freeze policy keeps the backbone frozen in all " +
                $"{options.Epochs} epochs.";
        }
    }
}
