using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Training.Observers;

/// <summary>Code that watches a fit and may end it. Early stopping and the file of the best model are observers too.</summary>
/// <remarks>
/// Made anew for each fit. All calls come from the thread that trains, so a slow observer slows training. An exception
/// ends the fit and reaches its caller.
/// </remarks>
public interface ITrainingObserver
{
    /// <summary>The network is open, and no step has been taken.</summary>
    /// <param name="run">The fit.</param>
    void FitStarting(TrainingRun run)
    {
    }

    /// <summary>Before the first step of an epoch, the frozen part of the network has looked at some more images ahead.</summary>
    /// <param name="images">How many so far for this epoch.</param>
    /// <param name="run">The fit.</param>
    void ImagesPrepared(int images, TrainingRun run)
    {
    }

    /// <summary>The parameters have just been updated.</summary>
    /// <param name="step">The update.</param>
    /// <param name="run">The fit.</param>
    void StepEnded(StepRecord step, TrainingRun run)
    {
    }

    /// <summary>The network has just computed a batch of validation images.</summary>
    /// <param name="indices">Each image's position in the validation source.</param>
    /// <param name="outcome">Output, labels and loss; its tensors die after the call.</param>
    /// <param name="run">The fit.</param>
    void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run)
    {
    }

    /// <summary>An image could not be read and was left out. Told once for each, at the end of the epoch that met it first.</summary>
    /// <param name="skipped">The image and the reason.</param>
    /// <param name="run">The fit.</param>
    void SampleSkipped(SkippedSample skipped, TrainingRun run)
    {
    }

    /// <summary>An epoch's training and validation are done. The network has the weights that were validated.</summary>
    /// <param name="epoch">What came of it; the last entry of the run's history.</param>
    /// <param name="run">The fit.</param>
    void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
    }

    /// <summary>No further epoch follows: all are done, an observer asked to stop, or the fit was cancelled after its first epoch. The network has the best weights.</summary>
    /// <param name="run">The fit.</param>
    void FitEnded(TrainingRun run)
    {
    }

    /// <summary>The fit ends with an exception, which its caller gets: also where it was cancelled before an epoch was done.</summary>
    /// <param name="failure">The exception. One that this method throws is noted in its data and else ignored.</param>
    /// <param name="run">The fit.</param>
    void FitFailed(Exception failure, TrainingRun run)
    {
    }
}
