using TransferLearning.Batching;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>What happens with one batch. The one of training changes the parameters; a step of your own can accumulate gradients, or look twice at a batch.</summary>
/// <remarks>Made anew for each fit, and called from the thread that trains. Tensors that it makes die after the call that follows it.</remarks>
public interface ITrainingStep
{
    /// <summary>Runs the step.</summary>
    /// <param name="batch">The images and their targets; borrowed.</param>
    /// <param name="position">Where in the fit it is.</param>
    /// <returns>Output, labels and loss, for metrics and observers.</returns>
    /// <exception cref="TrainingDivergedException">The loss is infinite or NaN.</exception>
    BatchOutcome Run(Batch batch, TrainingPosition position);
}
