using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Training.Observers;

/// <summary>A training callback: observes a fit and may stop it. Early stopping and best-model checkpoints are observers too.</summary>
/// <remarks>Created once per fit. All calls are on the training thread, so a slow observer slows training. An exception ends the fit and is thrown. A head
/// that is solved before the first step is epoch 0: it has validation batches and an end like any epoch, but no steps.</remarks>
public interface ITrainingObserver
{
    /// <summary>Called before the first epoch; the weights are loaded.</summary>
    void FitStarting(TrainingRun run)
    {
    }

    /// <summary>Called before the first step of an epoch, each time features of some more images were computed.</summary>
    /// <param name="images">The number of images so far in this epoch.</param>
    /// <param name="run">The fit.</param>
    void ImagesPrepared(int images, TrainingRun run)
    {
    }

    /// <summary>Called after each training step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="run">The fit.</param>
    void StepEnded(StepRecord step, TrainingRun run)
    {
    }

    /// <summary>Called after each validation batch.</summary>
    /// <param name="indices">Each image's position in the validation source.</param>
    /// <param name="outcome">The output, labels and loss; its tensors are disposed after the call.</param>
    /// <param name="run">The fit.</param>
    void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run)
    {
    }

    /// <summary>Called once for each image that was skipped because it could not be read, at the end of the epoch.</summary>
    /// <param name="skipped">The image and the reason.</param>
    /// <param name="run">The fit.</param>
    void SampleSkipped(SkippedSample skipped, TrainingRun run)
    {
    }

    /// <summary>Called after training and validation of an epoch. The network has the weights that were validated.</summary>
    /// <param name="epoch">The results of the epoch; the last entry of the run's history.</param>
    /// <param name="run">The fit.</param>
    void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
    }

    /// <summary>Called when the fit has ended: complete or stopped, or cancelled or diverged after its first epoch. The network has the best weights.</summary>
    void FitEnded(TrainingRun run)
    {
    }

    /// <summary>Called when the fit ends with an exception, including cancellation before the first epoch is complete.</summary>
    /// <param name="failure">The exception. An exception thrown by this method is added to its data and otherwise ignored.</param>
    /// <param name="run">The fit.</param>
    void FitFailed(Exception failure, TrainingRun run)
    {
    }
}
