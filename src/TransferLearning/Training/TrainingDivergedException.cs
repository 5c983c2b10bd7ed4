namespace TransferLearning.Training;

/// <summary>The loss became infinite or NaN; training on would poison every weight.</summary>
public sealed class TrainingDivergedException : Exception
{
    private const string Advice = "A lower learning rate or clipped gradients keep it finite.";

    private TrainingDivergedException(string message, int epoch, int? step)
        : base(message)
    {
        Epoch = epoch;
        Step = step;
    }

    /// <summary>The epoch's number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step's number within the epoch, from 1; null where it was the validation's loss.</summary>
    public int? Step { get; }

    internal static TrainingDivergedException InTraining(double loss, int epoch, int step, double learningRate) =>
        new(FormattableString.Invariant($"The loss is {loss} at epoch {epoch}, step {step}, with a learning rate of {learningRate}. {Advice}"), epoch, step);

    internal static TrainingDivergedException InValidation(double loss, int epoch) =>
        new(FormattableString.Invariant($"The validation loss is {loss} after epoch {epoch}. {Advice}"), epoch, step: null);
}
