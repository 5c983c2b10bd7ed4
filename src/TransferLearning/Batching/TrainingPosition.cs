namespace TransferLearning.Batching;

/// <summary>Where in a fit a step is.</summary>
public readonly record struct TrainingPosition
{
    /// <summary>The epoch's number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs that the fit may take.</summary>
    public required int Epochs { get; init; }

    /// <summary>The step's number within the epoch, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The number of steps in an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The number of epochs done before this step, parts of one included.</summary>
    /// <value>At least 0 and below <see cref="Epochs"/>.</value>
    public double EpochsDone => Epoch - 1 + (Step - 1.0) / StepsPerEpoch;

    /// <summary>The share of the fit that is done before this step.</summary>
    /// <value>At least 0 and below 1.</value>
    public double Progress => EpochsDone / Epochs;
}
