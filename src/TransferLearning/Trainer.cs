using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Tasks;
using TransferLearning.Training;
using TransferLearning.Training.Observers;
using TransferLearning.Training.RateSearch;
using TransferLearning.Training.SolvedHeads;
using TransferLearning.Transforms;

namespace TransferLearning;

/// <summary>Trains a pretrained network on images. Immutable: each fit starts from the pretrained weights, and the same seed gives the same result.</summary>
/// <remarks>Safe for several threads at once; each fit has a network of its own.</remarks>
public sealed class Trainer
{
    /// <summary>Creates a trainer from options; the builder that <see cref="FineTune"/> returns does the same step by step.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="TrainerConfigurationException">The options contradict themselves or the data; every problem is listed.</exception>
    public Trainer(TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Earlier is { } earlier && options.Data is not null)
            options = options with { Data = earlier.Extend(options.Data) };
        IReadOnlyList<string> problems = TrainerOptionsValidator.FindProblems(options);
        if (problems.Count > 0)
            throw new TrainerConfigurationException(problems);
        ILoss loss = options.Loss.FitTo(options.Data!.Training);
        Options = options.Earlier is null ? options with { Task = options.Task.FitTargets(options.Data.Training) } : options;
        if (!ReferenceEquals(loss, options.Loss))
            Options = Options with { Loss = loss };
    }

    /// <summary>The settings.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Starts a builder that trains all layers of a pretrained network, after its head was solved in closed form where it can be.</summary>
    /// <param name="backbone">The network; see <see cref="Pretrained"/>.</param>
    public static TrainerBuilder FineTune(PretrainedBackbone backbone) => new(backbone, TrainerOptions.ForFineTuning);

    /// <summary>Starts a builder that trains a new head only, on the features of a frozen network, from a head in closed form where it can be solved.</summary>
    /// <param name="backbone">The network; see <see cref="Pretrained"/>.</param>
    public static TrainerBuilder ExtractFeatures(PretrainedBackbone backbone) => new(backbone, TrainerOptions.ForFeatureExtraction);

    /// <summary>Starts a builder that computes a new head at once, in closed form, on the features of a frozen network: a fit of seconds.</summary>
    /// <param name="backbone">The network; see <see cref="Pretrained"/>.</param>
    /// <param name="solver">How the head is computed, see <see cref="HeadSolvers"/>; ridge by default.</param>
    public static TrainerBuilder SolveHead(PretrainedBackbone backbone, IHeadSolver? solver = null) =>
        new(backbone, (network, data) => TrainerOptions.ForSolvingTheHead(network, data) with { HeadStart = HeadStart.Solved(solver) });

    /// <summary>Starts a builder that adds images, or classes, to the head of a model that was saved with statistics of its images, which are not needed
    /// again: the head becomes what all images together give at the same strength and scale.</summary>
    /// <remarks>All training images are new ones; validation images may be of all classes. Network, preprocessing, task, temperature, thresholds and views are
    /// the file's; the metrics of the fit are at its temperature, of the image alone. A file with a threshold for each class takes no new classes.</remarks>
    /// <param name="path">A model file of <see cref="SolveHead"/> with <see cref="TrainerBuilder.KeepStatistics"/>.</param>
    /// <param name="options">A network, task or decoder of your own, which the file names; optional.</param>
    /// <param name="solver">A solver of your own, which the file names; optional.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFileException">The file is damaged, altered, or no model, has no statistics, or needs a part that was not supplied.</exception>
    public static TrainerBuilder ExtendHead(string path, PredictorOptions? options = null, IIncrementalHeadSolver? solver = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TrainerBuilder(data => EarlierHead.Open(path, options ?? new PredictorOptions(), solver, data));
    }

    /// <summary>Fits the network on a new background thread.</summary>
    /// <inheritdoc cref="Fit" path="/param"/>
    /// <inheritdoc cref="Fit" path="/returns"/>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public Task<TrainingResult> FitAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Fit(progress, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Fits the network on the calling thread.</summary>
    /// <param name="progress">Receives a report during a download, after every step and after every epoch, on the training thread; optional.</param>
    /// <param name="cancellationToken">Cancels the fit; after the first complete epoch, the best model so far is returned instead of an exception.</param>
    /// <returns>The model with the best weights, and the history of the fit; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete.</exception>
    /// <exception cref="TrainingDivergedException">The loss became infinite or NaN before the first epoch was complete; later, the best model so far is
    /// returned.</exception>
    /// <exception cref="IOException">An image or the weights cannot be read, or nothing can be written into the folder for the best model. Once training has
    /// begun, a file that cannot be written ends in <see cref="TrainingResult.BestModelFileError"/> instead.</exception>
    public TrainingResult Fit(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        TorchRuntime.EnsureAvailable();
        using (NativeHeap.KeepFreedMemory())
        using (TorchThreads.Use(Options.TorchThreads ?? TorchThreads.Count))
            return Run(progress, cancellationToken);
    }

    /// <summary>Searches a base learning rate: trains a fresh network for some steps while the learning rate rises, until the loss diverges.</summary>
    /// <remarks>Frozen layers, optimizer, loss, batch size and augmentation are the trainer's, and so is a solved head to start from; its schedule does not
    /// apply. Nothing is kept but the curve.</remarks>
    /// <param name="search">The range and the number of steps; 100 steps from 1e-7 to 10 by default.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The loss over the learning rate, and the learning rates that it suggests.</returns>
    /// <exception cref="ArgumentException">The highest learning rate is not above the lowest.</exception>
    /// <exception cref="InvalidOperationException">The loss diverged too early for a suggestion.</exception>
    /// <exception cref="InvalidOperationException">The trainer solves its head and runs no epoch, so that there is nothing to search.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    /// <exception cref="IOException">An image or the weights cannot be read.</exception>
    public LearningRateCurve FindLearningRate(LearningRateSearchOptions? search = null, CancellationToken cancellationToken = default)
    {
        search ??= new LearningRateSearchOptions();
        if (search.Highest <= search.Lowest)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The highest learning rate must be above the lowest, {search.Lowest}; it is {search.Highest}."), nameof(search));
        }
        if (Options.Epochs == 0)
            throw new InvalidOperationException("The trainer solves its head and runs no epoch, so no learning rate is used: say .For(epochs) to search one.");
        TorchRuntime.EnsureAvailable();
        using (NativeHeap.KeepFreedMemory())
        using (TorchThreads.Use(Options.TorchThreads ?? TorchThreads.Count))
        using (Backbone backbone = OpenBackbone(progress: null, cancellationToken))
        {
            Place(backbone);
            return new LearningRateSweep(HeadDecision.Decide(Options, backbone), search, backbone).Run(cancellationToken);
        }
    }

    private void Place(Backbone backbone)
    {
        backbone.Network.to(Options.Device);
        backbone.ComputeIn(Options.Precision);
    }

    private TrainingResult Run(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var limit = new FitLimit(Options);
        ProgressReporter? reporter = progress is null ? null : new ProgressReporter(Options, progress);
        Backbone backbone = OpenBackbone(reporter, cancellationToken);
        try
        {
            Place(backbone);
            TrainerOptions options = HeadDecision.Decide(Options, backbone);
            using var state = new TrainingState(options);
            var run = new TrainingRun(options, backbone, state, Describe);
            var threads = new ComputeThreads(options, backbone, state);
            using var sources = new BatchSources(options, backbone, threads, sentence => TrainingLog.Report(options.Logger, sentence));
            using IEvaluationWeights? evaluationWeights = options.EvaluationWeights?.Invoke();
            using var interpolator = new WeightInterpolator(run, state);
            var context = new StepContext(options, backbone, state);

            TrainingObservers observers = Observers(reporter);
            try
            {
                ITrainingStep step = threads.Watch(options.Step(context));
                new TrainingLoop(run, state, sources, step, new EvaluationStep(context), evaluationWeights, interpolator, limit, observers)
                    .Run(cancellationToken);
            }
            catch (Exception failure)
            {
                observers.FitFailed(failure, run);
                throw;
            }

            EpochRecord best = run.Final;
            LearningTask task = Options.Task;
            var model = new Predictor( // takes the network over
                [backbone], Describe(best, run), Options.Reader, Options.Reading, () => task, Options.Device, statistics: run.Statistics);
            return new TrainingResult(model, best, run, sources.CollectSkipped(), Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private Backbone OpenBackbone(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        WeightsStoreOptions store = Options.WeightsStore ?? new WeightsStoreOptions { Logger = Options.Logger };
        int outputs = Options.Task.GetOutputCount(Options.Data.Classes);
        return BackboneLoader.Open(Options.Backbone, outputs, Options.Seed, store, progress, cancellationToken);
    }

    private TrainingObservers Observers(ProgressReporter? reporter)
    {
        List<ITrainingObserver> observers = [];
        if (Options.CheckpointDirectory is string directory)
            observers.Add(new BestModelFile(directory));
        if (Options.Patience is int patience)
            observers.Add(new EarlyStopping(patience));
        if (Options.Logger.IsEnabled(LogLevel.Warning))
            observers.Add(new TrainingLog(Options.Logger));
        if (reporter is not null)
            observers.Add(reporter);
        observers.AddRange(Options.Observers.Select(create => create()));
        return new TrainingObservers(observers);
    }

    private ModelMetadata Describe(EpochRecord? epoch, TrainingRun run) => new()
    {
        Backbone = Options.Backbone.Info.Name,
        Network = Options.Backbone.Describe() is { } network ? new ModelPart(network.Format, network.Settings) : null,
        Classes = Options.Data.Classes,
        Preprocessing = Options.EvaluationPreprocessing,
        Images = Options.Reader.Reading,
        Task = new ModelPart(Options.Task.Identifier, Options.Task.Settings),
        Reading = new ModelPart(Options.Reading.Identifier, Options.Reading.Settings),
        TestTimeAugmentation = Options.Earlier?.Views ?? TestTimeAugmentation.None,
        Head = epoch?.Head is { } choice ? HeadSettings.Describe(choice, run.Statistics) : null,
        Metrics = epoch?.Validation ?? new MetricValues([]),
        Epoch = epoch?.Epoch ?? 0,
        Seed = Options.Seed,
        Precision = run.Precision,
        TorchThreads = epoch?.TorchThreads ?? 0,
        TorchSharpVersion = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown",
    };
}
