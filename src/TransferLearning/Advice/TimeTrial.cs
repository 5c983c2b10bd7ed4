using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Advice;

/// <summary>A fit on some batches. Its first epochs warm up the machine and fill caches; of later ones, medians count.</summary>
/// <param name="Start">Seconds outside epochs: opening the network, for one.</param>
/// <param name="Head">Seconds to solve the head and to validate it.</param>
/// <param name="Epoch">Seconds of an epoch.</param>
/// <param name="PerTrainingImage">Seconds that an epoch is longer with one more training image.</param>
/// <param name="PerValidationImage">The same for validation.</param>
/// <param name="TrainingLeft">The number of training images of the whole fit that took no part.</param>
/// <param name="ValidationLeft">The same for validation.</param>
internal sealed record TimeTrial(
    double Start, double Head, double Epoch, double PerTrainingImage, double PerValidationImage, int TrainingLeft, int ValidationLeft)
{
    private const int Images = 64;
    private const int FewestBatches = 2;
    private const int FewestEpochs = 2; // that are measured
    private const int MostEpochs = 30;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(3); // of measured epochs

    /// <summary>Seconds to solve the head on all images.</summary>
    /// <param name="perFeature">Seconds to read an image and to compute its features.</param>
    public double WholeHead(double perFeature) => Head + (TrainingLeft + ValidationLeft) * perFeature;

    /// <summary>Seconds of an epoch of all images.</summary>
    public double WholeEpoch => Epoch + TrainingLeft * PerTrainingImage + ValidationLeft * PerValidationImage;

    /// <summary>Runs the trial.</summary>
    /// <param name="options">The settings of the fit, with its freeze policy, head solver and batch size.</param>
    /// <param name="fit">Runs a fit.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static TimeTrial Run(TrainerOptions options, Func<TrainerOptions, CancellationToken, TrainingResult> fit, CancellationToken cancellationToken)
    {
        int images = Math.Max(options.BatchSize * FewestBatches, Images / options.BatchSize * options.BatchSize);
        Subset training = StratifiedSample.Draw(options.Data.Training, images, options.Seed);
        Subset validation = StratifiedSample.Draw(options.Data.Validation, images, options.Seed);
        double share = (double)training.Samples.Count / options.Data.Training.Samples.Count;
        var clock = new Clock(options.TimeProvider);
        DirectoryInfo store = Directory.CreateTempSubdirectory("trial-"); // no features of other fits are found, and none are left
        TrainerOptions trial = options with
        {
            Data = new DatasetSplit(training, validation),
            Epochs = Math.Max(options.Epochs, MostEpochs), // the schedule's; the clock ends it earlier
            Features = options.Features with
            {
                Views = Math.Min(1, options.Features.Views),
                Store = options.Features.Store with { Directory = store.FullName },
            },
            ImageCacheBytes = (long)(options.ImageCacheBytes * share), // as large a share of images is kept
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
        try
        {
            using TrainingResult result = fit(trial, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested(); // a fit that is cancelled after an epoch returns
            return new TimeTrial(
                result.Duration.TotalSeconds - result.History.Sum(epoch => epoch.Duration.TotalSeconds),
                result.History.Where(epoch => epoch.Epoch == 0).Sum(epoch => epoch.Duration.TotalSeconds),
                Median.Of(clock.Epochs.Count > 0 ? clock.Epochs : [result.Last.Duration.TotalSeconds]), // the fit may have diverged
                clock.Training.PerImage, clock.Validation.PerImage,
                options.Data.Training.Samples.Count - training.Samples.Count, options.Data.Validation.Samples.Count - validation.Samples.Count);
        }
        finally
        {
            store.Delete(recursive: true);
        }
    }

    private sealed class Clock(TimeProvider time) : ITrainingObserver
    {
        private TimeSpan _trained;

        public List<double> Epochs { get; } = [];

        public Pace Training { get; private set; } = new(time);

        public Pace Validation { get; private set; } = new(time);

        public void StepEnded(StepRecord step, TrainingRun run) => Training.Passed(step.SampleCount);

        public void ValidationBatchEnded(IReadOnlyList<int> indices, BatchOutcome outcome, TrainingRun run) => Validation.Passed(indices.Count);

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            Training.Begin();
            Validation.Begin();
            if (epoch.Epoch > 0)
                _trained += epoch.Duration;
            bool warmsUp = epoch.Epoch <= 1 || (Epochs.Count == 0 && _trained < _warmUp && epoch.Epoch < MostEpochs / 2);
            if (warmsUp)
                (Training, Validation) = (new Pace(time), new Pace(time));
            else
                Epochs.Add(epoch.Duration.TotalSeconds);
            if (epoch.Epoch == MostEpochs || (Epochs.Count >= FewestEpochs && Epochs.Sum() >= _enough.TotalSeconds))
                run.RequestStop("enough is measured");
        }
    }
}
