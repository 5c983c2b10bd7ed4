namespace TransferLearning.Batching;

/// <summary>The position of a step in a fit.</summary>
public readonly record struct TrainingPosition
{
    /// <summary>The epoch's number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The maximum number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>The step's number within the epoch, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The number of steps per epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The number of epochs completed before this step, including the fraction of the current one.</summary>
    /// <value>At least 0 and below <see cref="Epochs"/>.</value>
    public double EpochsDone => Epoch - 1 + (Step - 1.0) / StepsPerEpoch;

    /// <summary>The fraction of the fit completed before this step.</summary>
    /// <value>At least 0 and below 1.</value>
    public double Progress => EpochsDone / Epochs;
}
