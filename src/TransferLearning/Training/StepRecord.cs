using TransferLearning.Batching;

namespace TransferLearning.Training;

/// <summary>One update of the parameters.</summary>
public sealed record StepRecord
{
    /// <summary>Where in the fit it was.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The mean loss over the batch, before the update.</summary>
    public required double Loss { get; init; }

    /// <summary>The base learning rate of the update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of images in the batch.</summary>
    public required int SampleCount { get; init; }
}
