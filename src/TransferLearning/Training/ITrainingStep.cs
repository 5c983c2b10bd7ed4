using TransferLearning.Batching;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>The computation for one batch. A custom training step can accumulate gradients or run several forward passes per batch.</summary>
/// <remarks>Created once per fit, and called only on the training thread. Tensors it creates are disposed after the observers have run.</remarks>
public interface ITrainingStep
{
    /// <summary>Runs the step.</summary>
    /// <param name="batch">The images and their targets; borrowed.</param>
    /// <param name="position">The position in the fit.</param>
    /// <returns>The output, labels and loss, for metrics and observers.</returns>
    /// <exception cref="TrainingDivergedException">The loss is infinite or NaN.</exception>
    BatchOutcome Run(Batch batch, TrainingPosition position);

    /// <summary>Called after the last training batch of an epoch, for a step that does not update the parameters with each.</summary>
    /// <param name="position">The position of that batch.</param>
    void EpochEnded(TrainingPosition position)
    {
    }
}
