using TransferLearning.Batching;
using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>The results of one epoch. Immutable.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch's number, from 1; 0 for a head that was solved before the first step.</summary>
    public required int Epoch { get; init; }

    /// <summary>The metrics over the training images, accumulated during the epoch, or of the solved head; by metric or name, always includes "loss".</summary>
    public required MetricValues Training { get; init; }

    /// <summary>The metrics over the validation images after the epoch, by metric or name; always includes "loss".</summary>
    public required MetricValues Validation { get; init; }

    /// <summary>The base learning rate of the epoch's last step; 0 in epoch 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of trainable weights (scalars, not tensors).</summary>
    public required long TrainableWeights { get; init; }

    /// <summary>The duration of training and validation.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The part of <see cref="Duration"/> that training waited for images.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>The number of threads that torch computed with.</summary>
    public required int TorchThreads { get; init; }

    /// <summary>How the head was solved.</summary>
    /// <value>Null but in epoch 0.</value>
    public HeadChoice? Head { get; init; }
}

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
