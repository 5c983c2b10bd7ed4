using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>What came of one epoch.</summary>
public sealed record EpochRecord
{
    /// <summary>The epoch's number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The metrics over the training images, by metric or name, as they were met during the epoch; "loss" is always among them.</summary>
    public required MetricValues Training { get; init; }

    /// <summary>The metrics over the validation images after the epoch, by metric or name; "loss" is always among them.</summary>
    public required MetricValues Validation { get; init; }

    /// <summary>The base learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of weights that the epoch could change.</summary>
    public required long TrainableWeights { get; init; }

    /// <summary>How long training and validation took together.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long of that the training waited for images to be decoded.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>The threads that torch computed with.</summary>
    public required int TorchThreads { get; init; }
}
