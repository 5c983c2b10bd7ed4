namespace TransferLearning.Batching;

/// <summary>Where in a run a step stands.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Epochs">The run's number of epochs.</param>
/// <param name="Step">The step within the epoch, from 0.</param>
/// <param name="StepsPerEpoch">The number of steps in an epoch.</param>
public readonly record struct TrainingPosition(int Epoch, int Epochs, int Step, int StepsPerEpoch)
{
    /// <summary>The number of epochs done, parts of one included.</summary>
    /// <value>At least 0 and below <see cref="Epochs"/>.</value>
    public double EpochsDone => Epoch + (double)Step / StepsPerEpoch;

    /// <summary>The share of the run that is done before this step.</summary>
    /// <value>At least 0 and below 1.</value>
    public double Progress => EpochsDone / Epochs;
}
