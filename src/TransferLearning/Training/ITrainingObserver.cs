namespace TransferLearning.Training;

/// <summary>Code that watches a fit and may end it. Early stopping and best-checkpoint tracking are observers too.</summary>
/// <remarks>
/// All calls come from the thread that trains, so a slow observer slows training. An exception ends the fit and
/// reaches its caller.
/// </remarks>
public interface ITrainingObserver
{
    /// <summary>The network is open, and no step has been taken.</summary>
    /// <param name="run">The fit.</param>
    void FitStarting(TrainingRun run)
    {
    }

    /// <summary>The frozen network has looked at some images whose features the coming epoch needs and the store does not have.</summary>
    /// <param name="images">How many so far, before the epoch's first step.</param>
    /// <param name="run">The fit.</param>
    void FeaturesComputed(int images, TrainingRun run)
    {
    }

    /// <summary>The parameters have just been updated.</summary>
    /// <param name="step">The update.</param>
    /// <param name="run">The fit.</param>
    void StepEnded(StepRecord step, TrainingRun run)
    {
    }

    /// <summary>An epoch's training and validation are done.</summary>
    /// <param name="epoch">What came of it; the last entry of the run's history.</param>
    /// <param name="run">The fit.</param>
    void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
    }

    /// <summary>No further epoch follows: all are done, an observer asked to stop, or the fit was cancelled after its first epoch.</summary>
    /// <param name="run">The fit.</param>
    void FitEnded(TrainingRun run)
    {
    }
}
