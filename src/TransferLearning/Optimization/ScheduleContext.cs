using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>The input of a learning-rate schedule. All of it is restored when a run is resumed.</summary>
public sealed record ScheduleContext
{
    /// <summary>The position of the next step.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The validation metrics of each completed epoch, in order, by name and including "loss"; for schedules such as reduce-on-plateau.</summary>
    /// <value>Empty in the first epoch.</value>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Validation { get; init; } = [];
}
