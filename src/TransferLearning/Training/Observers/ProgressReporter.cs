using TransferLearning.Batching;
using TransferLearning.Metrics;
using TransferLearning.Published;

namespace TransferLearning.Training.Observers;

/// <summary>Reports the progress of the fit to an <see cref="IProgress{T}"/>.</summary>
internal sealed class ProgressReporter(TrainerOptions options, IProgress<TrainingProgress> progress) : ITrainingObserver, IProgress<DownloadProgress>
{
    private readonly int _stepsPerEpoch = new BatchLoaderOptions { BatchSize = options.BatchSize }.BatchesOf(options.Data.Training.Samples.Count);
    private MeanLoss _loss = new();

    public void Report(DownloadProgress value) => progress.Report(Before(epoch: 1) with { Download = value });

    public void ImagesPrepared(int images, TrainingRun run) => progress.Report(Before(epoch: run.History.Count + 1) with { ImagesPrepared = images });

    public void StepEnded(StepRecord step, TrainingRun run)
    {
        _loss.Add(step.Loss, step.SampleCount);
        progress.Report(new TrainingProgress(
            step.Position.Epoch, options.Epochs, step.Position.Step, _stepsPerEpoch, _loss.Value, Completed: null));
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        progress.Report(new TrainingProgress(
            epoch.Epoch, options.Epochs, _stepsPerEpoch, _stepsPerEpoch, _loss.Value, epoch));
        _loss = new MeanLoss();
    }

    private TrainingProgress Before(int epoch) => new(epoch, options.Epochs, Step: 0, _stepsPerEpoch, Loss: double.NaN, Completed: null);
}
