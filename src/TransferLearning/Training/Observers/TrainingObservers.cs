using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Training.Observers;

/// <summary>All observers of a fit as one; calls each in turn.</summary>
internal sealed class TrainingObservers(IReadOnlyList<ITrainingObserver> observers)
{
    private int _skipped;

    public void FitStarting(TrainingRun run) => Tell(observer => observer.FitStarting(run));

    public void ImagesPrepared(int images, TrainingRun run) => Tell(observer => observer.ImagesPrepared(images, run));

    public void StepEnded(BatchOutcome outcome, TrainingRun run)
    {
        var step = new StepRecord
        {
            Position = run.Position,
            Loss = outcome.Loss,
            LearningRate = run.LearningRate,
            SampleCount = outcome.Count,
        };
        Tell(observer => observer.StepEnded(step, run));
    }

    public void ValidationBatchEnded(Batch batch, BatchOutcome outcome, TrainingRun run) =>
        Tell(observer => observer.ValidationBatchEnded(batch.Indices, outcome, run));

    /// <summary>Reports the samples that were not reported yet.</summary>
    public void SamplesSkipped(IReadOnlyList<SkippedSample> all, TrainingRun run)
    {
        foreach (SkippedSample skipped in all.Skip(_skipped))
            Tell(observer => observer.SampleSkipped(skipped, run));
        _skipped = all.Count;
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run) => Tell(observer => observer.EpochEnded(epoch, run));

    public void FitEnded(TrainingRun run) => Tell(observer => observer.FitEnded(run));

    /// <summary>Calls all observers even if one of them throws: the caller gets the first failure.</summary>
    public void FitFailed(Exception failure, TrainingRun run) => Tell(observer =>
    {
        try
        {
            observer.FitFailed(failure, run);
        }
        catch (Exception another)
        {
            failure.Data[$"{observer.GetType().Name}.{nameof(ITrainingObserver.FitFailed)}"] = another.Message;
        }
    });

    private void Tell(Action<ITrainingObserver> tell)
    {
        foreach (ITrainingObserver observer in observers)
            tell(observer);
    }
}
