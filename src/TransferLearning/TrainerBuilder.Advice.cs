using TransferLearning.Advice;
using TransferLearning.Training;

namespace TransferLearning;

// Which layers are trained, by measurement.
public sealed partial class TrainerBuilder
{
    private static readonly string[] _setByPolicy = [nameof(Freeze), nameof(OptimizeWith), nameof(GroupParameters), nameof(TrainerOptions.HeadStart)];
    private Func<TrainerOptions, TrainingAdvice>? _advise;

    /// <summary>Trains by the policy that <see cref="TrainingAdvisor"/> recommends. <see cref="Build"/> measures, which takes two passes over some images.
    /// </summary>
    /// <remarks>The policy sets what is frozen, the optimizer, its parameter groups and how the head starts, so the methods for these cannot be called as
    /// well. Its reason is logged, and so is what <see cref="TrainingPolicy.Apply"/> leaves out.</remarks>
    /// <param name="options">How to measure; durations are not estimated, and the settings of the fit are this builder's.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    public TrainerBuilder Recommended(AdvisorOptions? options = null, CancellationToken cancellationToken = default)
    {
        _advise = fit => TrainingAdvisor.Recommend(
            fit.Data, fit.Backbone, (options ?? new AdvisorOptions { Seed = fit.Seed }) with { Fit = fit, EstimatesTime = false }, cancellationToken);
        return Set(_options);
    }

    /// <summary>Trains by the policy of an advice.</summary>
    /// <param name="advice">What <see cref="TrainingAdvisor"/> recommended.</param>
    public TrainerBuilder Recommended(TrainingAdvice advice)
    {
        ArgumentNullException.ThrowIfNull(advice);
        _advise = _ => advice;
        return Set(_options);
    }

    private TrainerOptions WithAdvice(TrainerOptions options)
    {
        if (_advise is null)
            return options;
        if (_setByPolicy.FirstOrDefault(_called.Contains) is { } other)
            throw new InvalidOperationException($"{nameof(Recommended)} and {other} were both called; a recommended policy sets what {other} sets.");
        if (options.Data is null)
            throw new TrainerConfigurationException(TrainerOptionsValidator.FindProblems(options));
        TrainingAdvice advice = _advise(options);
        Training.Observers.TrainingLog.Inform(options.Logger, $"Training by the policy '{advice.Policy}': {advice.Reason}");
        TrainerOptions advised = advice.Policy.Apply(options);
        string[] left = [.. EpochSettings.NamesIn(options).Except(EpochSettings.NamesIn(advised))];
        if (options.KeepHeadStatistics && !advised.KeepHeadStatistics)
            left = [.. left, nameof(KeepStatistics)];
        if (options.HeadStart is { Solver: { } solver, IsOptional: false } && !solver.Equals(advised.HeadStart.Solver))
            left = [.. left, $"the solver '{solver.Name}'"];
        if (left.Length > 0)
            Training.Observers.TrainingLog.Inform(options.Logger, $"The policy has no use for {string.Join(", ", left)}, and leaves it out");
        return advised;
    }
}
