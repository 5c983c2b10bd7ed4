namespace TransferLearning.Training;

/// <summary>The loss became infinite or not a number; training on would poison every weight.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(double loss, int epoch, int step, double learningRate)
        : base($"The loss is {loss} at epoch {epoch}, step {step}, with a learning rate of {learningRate}. A lower learning rate or clipped gradients keep it finite.")
    {
        Epoch = epoch;
        Step = step;
    }

    /// <summary>The epoch's number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step's number within the epoch, from 1.</summary>
    public int Step { get; }
}
