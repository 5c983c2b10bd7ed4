using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>Tells an <see cref="IProgress{T}"/> how far the fit is.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress> progress) : ITrainingObserver
{
    private MeanLoss _loss = new();
    private int _stepsPerEpoch;

    public void FitStarting(TrainingRun run)
    {
        TrainerOptions options = run.Options;
        _stepsPerEpoch = (options.Data.Training.Samples.Count + options.BatchSize - 1) / options.BatchSize;
    }

    public void FeaturesComputed(int pictures, TrainingRun run) => progress.Report(
        new TrainingProgress(run.History.Count + 1, run.Options.Epochs, 0, _stepsPerEpoch, double.NaN, Completed: null) { FeaturesComputed = pictures });

    public void StepEnded(StepRecord step, TrainingRun run)
    {
        _loss.Add(step.Loss, step.SampleCount);
        progress.Report(new TrainingProgress(
            step.Position.Epoch + 1, run.Options.Epochs, step.Position.Step + 1, _stepsPerEpoch, _loss.Value, Completed: null));
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        progress.Report(new TrainingProgress(
            epoch.Epoch, run.Options.Epochs, _stepsPerEpoch, _stepsPerEpoch, _loss.Value, epoch));
        _loss = new MeanLoss();
    }
}
