using TransferLearning.Batching;

namespace TransferLearning.Training;

/// <summary>One training step. Immutable.</summary>
public sealed record StepRecord
{
    /// <summary>The position in the fit.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The mean loss over the batch, before the update.</summary>
    public required double Loss { get; init; }

    /// <summary>The base learning rate of the step, after the schedule.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of images in the batch.</summary>
    public required int SampleCount { get; init; }
}
