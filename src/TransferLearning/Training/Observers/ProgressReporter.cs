using TransferLearning.Batching;
using TransferLearning.Published;

namespace TransferLearning.Training.Observers;

/// <summary>Reports the progress of the fit to an <see cref="IProgress{T}"/>.</summary>
internal sealed class ProgressReporter(TrainerOptions options, IProgress<TrainingProgress> progress) : ITrainingObserver, IProgress<DownloadProgress>
{
    private readonly int _stepsPerEpoch = new BatchLoaderOptions { BatchSize = options.BatchSize }.BatchesOf(options.Data.Training.Samples.Count);
    private (double Sum, long Samples) _loss;
    private int _step;

    public void Report(DownloadProgress value) => progress.Report(Before(epoch: 1) with { Download = value });

    public void ImagesPrepared(int images, TrainingRun run) => progress.Report(Before(run.Position.Epoch) with { ImagesPrepared = images });

    public void StepEnded(StepRecord step, TrainingRun run)
    {
        _loss = (_loss.Sum + step.Loss * step.SampleCount, _loss.Samples + step.SampleCount);
        _step = step.Position.Step;
        progress.Report(Before(step.Position.Epoch) with { Step = _step, Loss = _loss.Sum / _loss.Samples });
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        double loss = epoch.Epoch == 0 ? epoch.Training[Metric.Loss] : _loss.Sum / _loss.Samples;
        progress.Report(Before(epoch.Epoch) with { Step = epoch.Epoch == 0 ? _stepsPerEpoch : _step, Loss = loss, Completed = epoch });
        _loss = default;
    }

    private TrainingProgress Before(int epoch) => new(epoch, options.Epochs, Step: 0, _stepsPerEpoch, Loss: double.NaN, Completed: null);
}
