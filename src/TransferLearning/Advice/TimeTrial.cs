using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Advice;

/// <summary>Runs two epochs of a few batches, and measures the second.</summary>
/// <param name="Start">Seconds before the first epoch and after the last.</param>
/// <param name="PerTrainingImage">Seconds to train on an image: reading, forward, backward, update.</param>
/// <param name="PerValidationImage">Seconds to validate an image.</param>
internal readonly record struct TimeTrial(double Start, double PerTrainingImage, double PerValidationImage)
{
    private const int TrainingBatches = 3;
    private const int ValidationBatches = 2;

    /// <summary>Runs the trial.</summary>
    /// <param name="options">The settings of the fit, with its freeze policy and batch size.</param>
    /// <param name="fit">Runs a fit.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static TimeTrial Run(TrainerOptions options, Func<TrainerOptions, CancellationToken, TrainingResult> fit, CancellationToken cancellationToken)
    {
        Subset training = Few(options.Data.Training, options.BatchSize * TrainingBatches, options.Seed);
        Subset validation = Few(options.Data.Validation, options.BatchSize * ValidationBatches, options.Seed);
        var clock = new Clock(options.TimeProvider);
        TrainerOptions trial = options with
        {
            Data = new DatasetSplit(training, validation),
            Epochs = 2,
            HeadStart = HeadStart.Random,
            KeepHeadStatistics = false,
            Loss = null, // one that counts classes would miss some among so few images
            Sampler = Batching.Sampler.Shuffled,
            Metrics = null,
            Monitored = null,
            Observers = [() => clock],
            CheckpointDirectory = null,
            Patience = null,
            MaximumDuration = null,
            MaximumSteps = null,
            Interpolation = null,
            Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
        };
        using TrainingResult result = fit(trial, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested(); // a fit that is cancelled after an epoch returns
        TimeSpan start = result.Duration - result.History.Aggregate(TimeSpan.Zero, (sum, epoch) => sum + epoch.Duration);
        return new TimeTrial(
            start.TotalSeconds, clock.Training.TotalSeconds / training.Samples.Count, clock.Validation.TotalSeconds / validation.Samples.Count);
    }

    private static Subset Few(IDatasetSource source, int count, long seed) => StratifiedSample.Draw(source, Math.Max(count, 2), seed);

    private sealed class Clock(TimeProvider time) : ITrainingObserver
    {
        private long _epoch = time.GetTimestamp();
        private long _step;

        public TimeSpan Training { get; private set; }

        public TimeSpan Validation { get; private set; }

        public void StepEnded(StepRecord step, TrainingRun run) => _step = time.GetTimestamp();

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            long end = time.GetTimestamp();
            (Training, Validation) = (time.GetElapsedTime(_epoch, _step), time.GetElapsedTime(_step, end));
            _epoch = time.GetTimestamp();
        }
    }
}
