namespace TransferLearning.Training;

/// <summary>The loss became infinite or NaN, so training cannot continue. Once an epoch is complete, the fit ends with the best one instead.</summary>
public sealed class TrainingDivergedException : Exception
{
    private const string Advice = "Use a lower learning rate or gradient clipping.";

    private TrainingDivergedException(string message, int epoch, int? step)
        : base(message)
    {
        Epoch = epoch;
        Step = step;
    }

    /// <summary>The epoch's number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step's number within the epoch, from 1; null if it was the validation loss.</summary>
    public int? Step { get; }

    internal static TrainingDivergedException InTraining(double loss, int epoch, int step, double learningRate) =>
        new(FormattableString.Invariant($"The loss is {loss} at epoch {epoch}, step {step}, with a learning rate of {learningRate}. {Advice}"), epoch, step);

    internal static TrainingDivergedException InValidation(double loss, int epoch) =>
        new(FormattableString.Invariant($"The validation loss is {loss} after epoch {epoch}. {Advice}"), epoch, step: null);
}
