using TransferLearning.Internal;
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
        Name = name;
        Direction = Require.Defined(direction);
    }

    /// <summary>Top-1 accuracy, 0 to 1; named "accuracy".</summary>
    public static Metric Accuracy { get; } = Rising("accuracy", LabelKind.Class, () => ClassTallies.TopK(1));

    /// <summary>The unweighted mean of the classes' F1 scores, 0 to 1, as <see cref="ConfusionMatrix.MacroF1"/> defines it; named "macro-f1".</summary>
    public static Metric MacroF1 { get; } = Rising("macro-f1", LabelKind.Class, ClassTallies.MacroF1);

    /// <summary>For multi-label classification, the mean over the classes of the average precision: how far up the samples of a class come when all are
    /// ranked by their score. 0 to 1; classes without a sample are left out; named "mean-average-precision".</summary>
    /// <remarks>As scikit-learn's average_precision_score with average "macro". Depends on no threshold.</remarks>
    public static Metric MeanAveragePrecision { get; } = Rising("mean-average-precision", LabelKind.Classes, () => new AveragePrecisionTally());

    /// <summary>For regression, the mean of |prediction - truth|, in the targets' units; named "mae".</summary>
    public static Metric MeanAbsoluteError { get; } = Falling("mae", LabelKind.Numbers, () => new ErrorTally(errors => errors.MeanAbsolute));

    /// <summary>For regression, the root of the mean of (prediction - truth)², in the targets' units; named "rmse".</summary>
    public static Metric RootMeanSquaredError { get; } = Falling("rmse", LabelKind.Numbers, () => new ErrorTally(errors => errors.RootMeanSquared));

    /// <summary>For regression, the share of the targets' variance that is predicted: at best 1, 0 for the mean; NaN for one sample; named "r2".</summary>
    public static Metric R2 { get; } = Rising("r2", LabelKind.Numbers, () => new ErrorTally(errors => errors.R2));

    /// <summary>The mean loss; named "loss".</summary>
    public static Metric Loss { get; } = Falling("loss", null, () => new MeanTally(outcome => outcome.Loss * outcome.Count));

    /// <summary>What histories and reports call it.</summary>
    public string Name { get; }

    /// <summary>Which way it improves.</summary>
    public MetricDirection Direction { get; }

    /// <summary>The kind of labels that it reads, compared with <see cref="LearningTask.Labels"/> before a fit.</summary>
    /// <value>Null by default: any.</value>
    public virtual LabelKind? Labels => null;

    /// <summary>Top-k accuracy, 0 to 1; named "top-5" for k = 5.</summary>
    /// <param name="k">How many guesses count; at least 1, at most the number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static Metric TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new TalliedMetric(
            $"top-{k}", MetricDirection.HigherIsBetter, LabelKind.Class, () => ClassTallies.TopK(k), classes => ClassTallies.FindTopKProblem(k, classes));
    }

    /// <summary>For multi-label classification, the mean F1 of the classes, 0 to 1, but for those neither true nor predicted; named "macro-f1".</summary>
    /// <param name="threshold">The probability from which on a class is predicted; above 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public static Metric MultiLabelMacroF1(double threshold = 0.5) =>
        Rising("macro-f1", LabelKind.Classes, Thresholded(threshold, ClassTallies.MacroF1));

    /// <summary>For multi-label classification, the share of samples for which exactly the right classes are predicted, 0 to 1; named "exact-match".</summary>
    /// <param name="threshold">The probability from which on a class is predicted; above 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public static Metric ExactMatch(double threshold = 0.5) =>
        Rising("exact-match", LabelKind.Classes, Thresholded(threshold, ClassTallies.ExactMatch));

    /// <summary>Starts counting from nothing.</summary>
    public abstract IMetricTally CreateTally();

    /// <summary>What makes the metric unfit for a network, found before a fit rather than at its first batch.</summary>
    /// <param name="outputs">How many outputs the network has.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    public virtual IEnumerable<string> FindProblems(int outputs) => [];

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

    private static Metric Rising(string name, LabelKind labels, Func<IMetricTally> create) =>
        new TalliedMetric(name, MetricDirection.HigherIsBetter, labels, create);

    private static Metric Falling(string name, LabelKind? labels, Func<IMetricTally> create) =>
        new TalliedMetric(name, MetricDirection.LowerIsBetter, labels, create);

    private static Func<IMetricTally> Thresholded(double threshold, Func<double, IMetricTally> create) => threshold is > 0 and < 1
        ? () => create(threshold)
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be above 0 and below 1; 0.5 is usual.");
}
