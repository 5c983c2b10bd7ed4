using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>The results of one epoch. Immutable.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch's number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The metrics over the training images, accumulated during the epoch, by metric or name; always includes "loss".</summary>
    public required MetricValues Training { get; init; }

    /// <summary>The metrics over the validation images after the epoch, by metric or name; always includes "loss".</summary>
    public required MetricValues Validation { get; init; }

    /// <summary>The base learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of trainable weights (scalars, not tensors).</summary>
    public required long TrainableWeights { get; init; }

    /// <summary>The duration of training and validation.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The part of <see cref="Duration"/> that training waited for images.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>The number of threads that torch computed with.</summary>
    public required int TorchThreads { get; init; }
}
