using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Inference;
using TransferLearning.Internal;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning;

/// <summary>Fits once for each fold, or for several seeds on each, and predicts every image by models that were not trained on it.</summary>
/// <remarks>Fits run one after the other. A frozen network's features are computed once, for the feature cache serves all folds and seeds; otherwise the cost
/// is that of as many fits. One model is in memory at a time, unless models are kept; the last epoch's is a temporary file.</remarks>
public static class CrossValidation
{
    /// <summary>Runs the folds.</summary>
    /// <param name="folds">What to train and to measure on, see <see cref="DatasetSourceExtensions.Folds"/>.</param>
    /// <param name="trainer">From the images of a fold to a trainer on them: <c>fold => Trainer.ExtractFeatures(network).On(fold).Build()</c>.</param>
    /// <param name="options">Seeds, how the epoch is chosen, and what is kept.</param>
    /// <param name="progress">Receives each fold when it is finished, on this thread.</param>
    /// <param name="cancellationToken">Cancels the fit under way; the finished folds are returned, if there are any.</param>
    /// <returns>A result for each fold and seed; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are no folds.</exception>
    /// <exception cref="InvalidOperationException">A trainer is not on the images that it was to be on.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first fold was finished.</exception>
    public static CrossValidationResult Run(
        IEnumerable<DatasetSplit> folds, Func<DatasetSplit, Trainer> trainer, CrossValidationOptions? options = null, IProgress<FoldResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(trainer);
        options ??= new CrossValidationOptions();
        DatasetSplit[] splits = [.. folds];
        if (splits.Length == 0)
            throw new ArgumentException("There are no folds to run; source.Folds(5) makes five.", nameof(folds));

        long?[] seeds = options.Seeds.Count == 0 ? [null] : [.. options.Seeds];
        var finished = new List<FoldResult>();
        try
        {
            foreach (long? seed in seeds)
            {
                foreach ((int index, DatasetSplit fold) in splits.Index())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    finished.Add(Fit(index + 1, fold, seed, trainer, options, cancellationToken));
                    progress?.Report(finished[^1]);
                }
            }
        }
        catch (OperationCanceledException) when (finished.Count > 0 && cancellationToken.IsCancellationRequested)
        {
            // what is finished counts
        }
        catch
        {
            finished.ForEach(fold => fold.Dispose());
            throw;
        }
        return new CrossValidationResult(finished, wasCancelled: finished.Count < seeds.Length * splits.Length);
    }

    private static FoldResult Fit(
        int number, DatasetSplit fold, long? seed, Func<DatasetSplit, Trainer> create, CrossValidationOptions options, CancellationToken cancellationToken)
    {
        DatasetSplit images = options.InnerValidation is double inner
            ? fold.Training.Split(inner, options.InnerSeed, groupBy: options.InnerGroupBy)
            : fold;
        TrainerOptions settings = create(images).Options;
        if (settings.Data.Training != images.Training || settings.Data.Validation != images.Validation)
            throw new InvalidOperationException($"The trainer of fold {number} is on other images than it was given; say .On(fold).");
        var last = new LastEpoch();
        settings = settings with { Seed = seed ?? settings.Seed, Observers = [.. settings.Observers, () => last] };
        try
        {
            using TrainingResult result = new Trainer(settings).Fit(cancellationToken: cancellationToken);
            if (result.Outcome == TrainingOutcome.Cancelled)
                throw new OperationCanceledException(cancellationToken);

            IDatasetSource heldOut = Readable(fold.Validation, settings, cancellationToken);
            Evaluation chosen = result.Model.Evaluate(heldOut, settings.BatchSize, settings.Metrics);
            Evaluation? atEnd = result.Best.Epoch == result.Last.Epoch && result.Outcome != TrainingOutcome.Diverged ? chosen : null;
            if (last.Epoch == result.Last.Epoch) // not where the fit broke off within a later one
            {
                using Predictor model = Predictor.Load(last.File, OptionsOf(settings));
                atEnd = model.Evaluate(heldOut, settings.BatchSize, settings.Metrics);
            }
            return new FoldResult(number, settings.Seed, fold, chosen, atEnd, result, options.KeepModels ? result.TakeModel() : null);
        }
        finally
        {
            last.Delete();
        }
    }

    // Without those images that a fit would skip.
    private static IDatasetSource Readable(IDatasetSource images, TrainerOptions settings, CancellationToken cancellationToken)
    {
        if (settings.Unreadable == UnreadablePolicy.Fail)
            return images;
        BatchLoader loader = FitImages.ForEvaluation(settings, images);
        foreach (Batch batch in loader.GetBatches(epoch: 1, cancellationToken))
            batch.Dispose();
        HashSet<int> skipped = [.. loader.SkippedByIndex.Select(entry => entry.Index)];
        return skipped.Count == 0 ? images : new Subset(images, Enumerable.Range(0, images.Samples.Count).Where(index => !skipped.Contains(index)));
    }

    private static PredictorOptions OptionsOf(TrainerOptions settings) => new()
    {
        Backbone = settings.Backbone,
        Device = settings.Device,
        Decoders = [settings.Reader.Decoder],
        Readings = [settings.Task.Reading],
        Tasks = [settings.Task],
    };

    /// <summary>Saves the model of the last epoch, unless the fit returns that.</summary>
    private sealed class LastEpoch : ITrainingObserver
    {
        private string? _folder;

        public int? Epoch { get; private set; }

        public string File => Path.Combine(_folder!, "last.tlmodel");

        public void EpochEnded(EpochRecord epoch, TrainingRun run)
        {
            bool isReturned = epoch == run.History.Best && run.Options.Interpolation is null;
            if ((epoch.Epoch < run.Options.Epochs && run.StopReason is null) || isReturned)
                return;
            _folder ??= Directory.CreateTempSubdirectory("crossvalidation-").FullName;
            run.SaveModel(File);
            Epoch = epoch.Epoch;
        }

        public void Delete()
        {
            if (_folder is not null)
                Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>How a cross-validation runs. Immutable.</summary>
public sealed record CrossValidationOptions
{
    /// <summary>The seeds of the fits of each fold.</summary>
    /// <value>Empty by default: one fit, by the trainer's own seed.</value>
    public IReadOnlyList<long> Seeds { get; init => field = Require.NotNull(value); } = [];

    /// <summary>The fraction of a fold's training images on which the epoch is chosen, so that the fold's held-out images have no part in it.</summary>
    /// <value>Above 0 and below 1; null by default: the epoch is chosen by the held-out images, and only the last epoch's numbers are not optimistic.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double? InnerValidation
    {
        get;
        init => field = value is null or (> 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(InnerValidation), value, "The fraction must be above 0 and below 1; 0.2 holds out a fifth.");
    }

    /// <summary>What the random choice of those images depends on.</summary>
    /// <value>0 by default.</value>
    public long InnerSeed { get; init; }

    /// <summary>The group of a sample, if the inner split keeps groups together as the folds do.</summary>
    /// <value>Null by default.</value>
    public Func<Sample, string>? InnerGroupBy { get; init; }

    /// <summary>Whether the models are kept, in memory, until the result is disposed.</summary>
    /// <value>False by default.</value>
    public bool KeepModels { get; init; }
}
