using TransferLearning.Metrics;

namespace TransferLearning;

/// <summary>How well a network does, by one measure: an immutable definition that knows which way is better. Derive to measure something else.</summary>
public abstract class Metric
{
    /// <summary>Defines a metric.</summary>
    /// <param name="name">What histories and reports call it; two metrics of one run must differ in it.</param>
    /// <param name="direction">Which way it improves.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="direction"/> is no direction.</exception>
    protected Metric(string name, MetricDirection direction)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Enum.IsDefined(direction))
            throw new ArgumentOutOfRangeException(
                nameof(direction), direction, $"Must be {nameof(MetricDirection.HigherIsBetter)} or {nameof(MetricDirection.LowerIsBetter)}.");
        Name = name;
        Direction = direction;
    }

    /// <summary>Top-1 accuracy, 0 to 1; named "accuracy".</summary>
    public static Metric Accuracy { get; } = new ClassificationMetrics.TopK("accuracy", 1);

    /// <summary>The unweighted mean of the classes' F1 scores, 0 to 1, as <see cref="ConfusionMatrix.MacroF1"/> defines it; named "macro-f1".</summary>
    public static Metric MacroF1 { get; } = new ClassificationMetrics.MacroF1();

    /// <summary>
    /// For multi-label classification, the mean over the classes of the average precision: how far up the samples of a class come
    /// when all are ranked by their score. 0 to 1; classes without a sample are left out; named "mean-average-precision".
    /// </summary>
    /// <remarks>As scikit-learn's average_precision_score with average "macro". Depends on no threshold.</remarks>
    public static Metric MeanAveragePrecision { get; } = new MultiLabelMetrics.MeanAveragePrecision();

    /// <summary>For regression, the mean of |prediction - truth|, in the targets' units; named "mae".</summary>
    public static Metric MeanAbsoluteError { get; } = new RegressionMetrics.MeanAbsoluteError();

    /// <summary>For regression, the root of the mean of (prediction - truth)², in the targets' units; named "rmse".</summary>
    public static Metric RootMeanSquaredError { get; } = new RegressionMetrics.RootMeanSquaredError();

    /// <summary>
    /// For regression, the share of the targets' variance that is predicted: 1 at best, 0 for always predicting the
    /// mean; NaN for a single sample; named "r2".
    /// </summary>
    public static Metric R2 { get; } = new RegressionMetrics.R2();

    /// <summary>The mean loss; named "loss".</summary>
    public static Metric Loss { get; } = new LossMetric();

    /// <summary>What histories and reports call it.</summary>
    public string Name { get; }

    /// <summary>Which way it improves.</summary>
    public MetricDirection Direction { get; }

    /// <summary>Top-k accuracy, 0 to 1; named "top-5" for k = 5.</summary>
    /// <param name="k">How many guesses count; at least 1, at most the number of classes.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static Metric TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new ClassificationMetrics.TopK($"top-{k}", k);
    }

    /// <summary>
    /// For multi-label classification, the unweighted mean of the classes' F1 scores, 0 to 1; a class that neither
    /// occurs nor is predicted is left out; named "macro-f1".
    /// </summary>
    /// <param name="threshold">The probability from which on a class is predicted; above 0, below 1.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public static Metric MultiLabelMacroF1(double threshold = 0.5) => new MultiLabelMetrics.MacroF1(Probability(threshold));

    /// <summary>For multi-label classification, the share of samples for which exactly the right classes are predicted, 0 to 1; named "exact-match".</summary>
    /// <param name="threshold">The probability from which on a class is predicted; above 0, below 1.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public static Metric ExactMatch(double threshold = 0.5) => new MultiLabelMetrics.ExactMatch(Probability(threshold));

    /// <summary>Starts counting from nothing.</summary>
    /// <returns>A fresh tally.</returns>
    public abstract IMetricTally NewTally();

    /// <summary>Whether a value improves on the best so far.</summary>
    /// <param name="candidate">The new value; NaN is never better.</param>
    /// <param name="best">The best so far; any number is better than NaN.</param>
    /// <returns>True for a strict improvement in the metric's direction.</returns>
    public bool IsBetter(double candidate, double best)
    {
        if (double.IsNaN(candidate))
            return false;
        if (double.IsNaN(best))
            return true;
        return Direction == MetricDirection.HigherIsBetter ? candidate > best : candidate < best;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static double Probability(double threshold) => threshold is > 0 and < 1
        ? threshold
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be above 0 and below 1; 0.5 is usual.");
}
