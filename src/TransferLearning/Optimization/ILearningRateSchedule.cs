using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>A learning-rate schedule: a pure function of its context, for one instance serves all fits of a trainer, several at once too.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The factor by which the base learning rate is multiplied.</summary>
    /// <param name="context">The position of the next step, and the validation metrics of the epochs before it.</param>
    /// <returns>At least 0 and finite.</returns>
    double GetFactor(ScheduleContext context);

    /// <summary>The momentum of the next step, in place of the optimizer's: the momentum of SGD, beta1 of AdamW.</summary>
    /// <param name="context">As for <see cref="GetFactor"/>.</param>
    /// <returns>At least 0 and below 1; null by default, which keeps the optimizer's own.</returns>
    double? GetMomentum(ScheduleContext context) => null;

    /// <summary>What makes the schedule unfit for a fit, found before it: a warm-up as long as the fit, or a metric that is not measured.</summary>
    /// <param name="epochs">The maximum number of epochs.</param>
    /// <param name="metrics">The names of the measured metrics, "loss" among them.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(int epochs, IReadOnlyList<string> metrics) => [];
}

/// <summary>The input of a learning-rate schedule.</summary>
public sealed record ScheduleContext
{
    /// <summary>The position of the next step.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The validation metrics of each completed epoch, in order, by name and including "loss"; for schedules such as reduce-on-plateau.</summary>
    /// <value>Empty in the first epoch.</value>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Validation { get; init; } = [];
}
