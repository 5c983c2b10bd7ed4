using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>What a learning-rate schedule may decide by. All of it is restored when a run is resumed.</summary>
public sealed record ScheduleContext
{
    /// <summary>The position of the step to come.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The validation metrics by name, "loss" among them, of each epoch that is done, in order; for schedules that react to them.</summary>
    /// <value>Empty in the first epoch.</value>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Validation { get; init; } = [];
}
