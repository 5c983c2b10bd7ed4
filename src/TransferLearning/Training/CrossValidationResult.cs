using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>What came of a cross-validation. Owns the models that were kept; the caller disposes it.</summary>
public sealed class CrossValidationResult : IDisposable
{
    private readonly Lazy<Evaluation> _pooled;
    private readonly Lazy<Evaluation?> _pooledLast;

    internal CrossValidationResult(IReadOnlyList<FoldResult> folds, bool wasCancelled)
    {
        Folds = folds;
        WasCancelled = wasCancelled;
        _pooled = new Lazy<Evaluation>(() => Evaluation.Pool(folds.Select(fold => fold.Evaluation)));
        _pooledLast = new Lazy<Evaluation?>(() => folds.All(fold => fold.LastEvaluation is not null)
            ? Evaluation.Pool(folds.Select(fold => fold.LastEvaluation!))
            : null);
    }

    /// <summary>The finished folds, all of the first seed first.</summary>
    public IReadOnlyList<FoldResult> Folds { get; }

    /// <summary>Whether it was cancelled before all folds were finished.</summary>
    public bool WasCancelled { get; }

    /// <summary>Every image with the prediction of a model that was not trained on it, at each fold's best epoch; with several seeds or repeats, as
    /// often.</summary>
    public Evaluation Pooled => _pooled.Value;

    /// <summary>The same at the last epoch; null if a fit broke off within its last epoch.</summary>
    public Evaluation? PooledLast => _pooledLast.Value;

    /// <summary>Mean, deviation and interval of a metric over the folds, at the best epoch of each. Fits of one fold with several seeds count as one, with
    /// their mean, because they hold out the same images; with one fold alone, the numbers are its seeds'.</summary>
    /// <param name="metric">Any metric but the loss.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, or the metric is undefined in one, is the loss, or does not suit the
    /// outputs.</exception>
    public CorrectedTTest Summarize(Metric metric) => Test([.. Folds.Select(fold => fold.Evaluation.Measure(metric))]);

    /// <summary>The same at the last epoch.</summary>
    /// <inheritdoc cref="Summarize" path="/param"/>
    /// <inheritdoc cref="Summarize" path="/exception"/>
    /// <exception cref="InvalidOperationException">A fit broke off within its last epoch.</exception>
    public CorrectedTTest SummarizeLast(Metric metric) => Test([.. Folds.Select(fold => AtEnd(fold).Measure(metric))]);

    /// <summary>Mean, deviation and interval of a metric over the seeds, each with its mean over the folds, at the best epochs: by how much chance in training
    /// moves the result. Says nothing of other images. A seed that was cancelled before it had all folds of the others is left out.</summary>
    /// <param name="metric">Any metric but the loss.</param>
    /// <exception cref="ArgumentException">There are fewer than two seeds, or the metric is undefined in a fold, is the loss, or does not suit the
    /// outputs.</exception>
    public CorrectedTTest SummarizeSeeds(Metric metric)
    {
        FoldResult[][] seeds = [.. Folds.GroupBy(fold => fold.Seed, (_, fits) => fits.ToArray())];
        int most = seeds.Max(CountFolds);
        return new CorrectedTTest(
            [.. seeds.Where(fits => CountFolds(fits) == most).Select(fits => fits.Average(fit => fit.Evaluation.Measure(metric)))], heldOutRatio: 0);

        static int CountFolds(FoldResult[] fits) => fits.DistinctBy(HeldOut).Count();
    }

    /// <summary>Tests whether a metric differs from that of another cross-validation on the same folds, in the same order: mine less the other's.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="metric">Any metric but the loss.</param>
    /// <exception cref="ArgumentException">The folds are not the same, or fewer than two, or the metric is undefined in one, is the loss, or does not suit the
    /// outputs.</exception>
    public CorrectedTTest CompareWith(CrossValidationResult other, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Folds.Select(HeldOut).SequenceEqual(other.Folds.Select(HeldOut)))
            throw new ArgumentException("The folds are not the same: both must hold out the same images, fold by fold.", nameof(other));
        return Test([.. Folds.Zip(other.Folds, (mine, theirs) => mine.Evaluation.Measure(metric) - theirs.Evaluation.Measure(metric))]);
    }

    /// <summary>One model of those of all folds and seeds, see <see cref="Predictor.Ensemble"/>: it takes them over, so that the folds' own can no longer be
    /// used.</summary>
    /// <remarks>No image is left that none of its members was trained on, other than images outside the folds: measure it on those.</remarks>
    /// <param name="averageOutputs">Whether outputs are averaged rather than what is read from them, such as probabilities.</param>
    /// <returns>The ensemble; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">The models were not kept.</exception>
    /// <exception cref="ArgumentException">There are fewer than two models, or more than an ensemble may have, or they differ in more than weights.</exception>
    /// <exception cref="ObjectDisposedException">The models were taken or disposed already.</exception>
    public Predictor TakeEnsemble(bool averageOutputs = false) => Predictor.Ensemble(
        [.. Folds.Select(fold => fold.Model ?? throw new InvalidOperationException(
            $"The models of the folds were not kept; set {nameof(CrossValidationOptions)}.{nameof(CrossValidationOptions.KeepModels)}."))],
        averageOutputs);

    /// <summary>A line for each fold, and one for all together: what was measured at the best epoch and at the last.</summary>
    public override string ToString() =>
        string.Join('\n', [.. Folds.Select(fold => $"{fold}"), $"all: best epochs {Pooled.Metrics}; last epochs {PooledLast?.Metrics}"]);

    /// <summary>Disposes the models that were kept.</summary>
    public void Dispose()
    {
        foreach (FoldResult fold in Folds)
            fold.Dispose();
    }

    // Several fits on one fold are no further resamples: they would make the interval too narrow.
    private CorrectedTTest Test(double[] values)
    {
        double[] ofFolds = [.. Folds.Zip(values).GroupBy(fit => HeldOut(fit.First), (_, fits) => fits.Average(fit => fit.Second))];
        return new CorrectedTTest(ofFolds.Length > 1 ? ofFolds : values, HeldOutRatio);
    }

    private static string HeldOut(FoldResult fold) => string.Join('\n', fold.Data.Validation.Samples.Select(sample => sample.Name));

    private double HeldOutRatio => Folds.Average(fold => (double)fold.Data.Validation.Samples.Count / fold.Data.Training.Samples.Count);

    private static Evaluation AtEnd(FoldResult fold) => fold.LastEvaluation ?? throw new InvalidOperationException(
        $"Fold {fold.Number} broke off within its last epoch ({fold.StopReason}); there is no model of the last epoch to measure.");
}

/// <summary>What came of one fit of a cross-validation.</summary>
public sealed class FoldResult
{
    internal FoldResult(int number, long seed, DatasetSplit data, Evaluation evaluation, Evaluation? lastEvaluation, TrainingResult result, Predictor? model)
    {
        (Number, Seed, Data, Evaluation, LastEvaluation, Model) = (number, seed, data, evaluation, lastEvaluation, model);
        (History, Outcome, StopReason, Duration) = (result.History, result.Outcome, result.StopReason, result.Duration);
    }

    /// <summary>The fold's number, from 1.</summary>
    public int Number { get; }

    /// <summary>The seed of the fit.</summary>
    public long Seed { get; }

    /// <summary>The fold's images. With an inner split, its validation images had no part in the fit.</summary>
    public DatasetSplit Data { get; }

    /// <summary>The held-out images as the model of the best epoch predicts them, but for those that cannot be read, if the fit skips such.</summary>
    public Evaluation Evaluation { get; }

    /// <summary>The held-out images as the last epoch predicts them; null if the fit broke off within that.</summary>
    public Evaluation? LastEvaluation { get; }

    /// <summary>Every epoch of the fit, and the best of them. With an inner split, its validation numbers are those of the inner images.</summary>
    public TrainingHistory History { get; }

    /// <summary>How the fit ended.</summary>
    public TrainingOutcome Outcome { get; }

    /// <summary>Why the fit ended before its last epoch; null if it did not.</summary>
    public string? StopReason { get; }

    /// <summary>The duration of the fit, without the predictions.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The model of the best epoch, if models are kept; owned by the <see cref="CrossValidationResult"/>.</summary>
    public Predictor? Model { get; }

    /// <summary>Fold, seed, and what was measured on the held-out images at the best epoch and at the last.</summary>
    public override string ToString() =>
        $"fold {Number}, seed {Seed}: best epoch {History.Best!.Epoch} {Evaluation.Metrics}; last epoch {History[^1].Epoch} {LastEvaluation?.Metrics}";

    internal void Dispose() => Model?.Dispose();
}
