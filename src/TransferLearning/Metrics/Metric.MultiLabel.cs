using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning;

// For images of any number of classes each. Thresholds are one for all classes, or one for each.
public abstract partial class Metric
{
    /// <summary>For multi-label classification, the mean over the classes of the average precision: how far up the samples of a class come when all are
    /// ranked by their score. 0 to 1; classes without a sample are left out; named "mean-average-precision".</summary>
    /// <remarks>As scikit-learn's average_precision_score with average "macro", in which, though, a class without a sample counts as 0. Depends on no
    /// threshold; keeps a number for each class and sample.</remarks>
    public static Metric MeanAveragePrecision { get; } =
        Rising("mean-average-precision", LabelKind.Classes, () => RankingTally.OfLabels(Rankings.AveragePrecision));

    /// <summary>For multi-label classification, the mean over the classes of the area under the curve of true over false positives, 0 to 1 and 0.5 for chance;
    /// classes that all samples are of, or none, are left out; named "roc-auc".</summary>
    /// <remarks>Depends on no threshold; keeps a number for each class and sample.</remarks>
    public static Metric MultiLabelRocAuc { get; } = Rising("roc-auc", LabelKind.Classes, () => RankingTally.OfLabels(Rankings.RocAuc));

    /// <summary>For multi-label classification, the mean over samples and classes of minus the logarithm of the probability given to what is true; named
    /// "log-loss".</summary>
    public static Metric MultiLabelLogLoss { get; } = Falling("log-loss", LabelKind.Classes, LabelTally.LogLoss);

    /// <summary>For multi-label classification, the mean F1 of the classes, 0 to 1, but for those neither true nor predicted; named "macro-f1".</summary>
    /// <param name="thresholds">The probability from which on a class is predicted, above 0 and below 1: one for all classes, or one for each; 0.5 by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A threshold lies outside (0, 1).</exception>
    public static Metric MultiLabelMacroF1(params IReadOnlyList<double> thresholds) =>
        Thresholded("macro-f1", MetricDirection.HigherIsBetter, thresholds, counts => counts.MacroF1);

    /// <summary>For multi-label classification, F1 over the decisions of all samples and classes together, 0 to 1; NaN where no class is true or predicted;
    /// named "micro-f1".</summary>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/param"/>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/exception"/>
    public static Metric MultiLabelMicroF1(params IReadOnlyList<double> thresholds) =>
        Thresholded("micro-f1", MetricDirection.HigherIsBetter, thresholds, counts => counts.MicroF1);

    /// <summary>For multi-label classification, the mean over samples of the F1 of each, 0 to 1, which is 1 where no class is true or predicted; named
    /// "samples-f1".</summary>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/param"/>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/exception"/>
    public static Metric MultiLabelSamplesF1(params IReadOnlyList<double> thresholds) =>
        Thresholded("samples-f1", MetricDirection.HigherIsBetter, thresholds, counts => counts.SamplesF1);

    /// <summary>For multi-label classification, the share of decisions, one for each sample and class, that are wrong, 0 to 1; named "hamming-loss".</summary>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/param"/>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/exception"/>
    public static Metric HammingLoss(params IReadOnlyList<double> thresholds) =>
        Thresholded("hamming-loss", MetricDirection.LowerIsBetter, thresholds, counts => counts.HammingLoss);

    /// <summary>For multi-label classification, the share of samples for which exactly the right classes are predicted, 0 to 1; named "exact-match".</summary>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/param"/>
    /// <inheritdoc cref="MultiLabelMacroF1" path="/exception"/>
    public static Metric ExactMatch(params IReadOnlyList<double> thresholds) =>
        Thresholded("exact-match", MetricDirection.HigherIsBetter, thresholds, counts => counts.ExactMatch);

    /// <summary>For multi-label classification, how far probabilities are from the shares of samples that are of the classes, over bins of equal width, each
    /// weighted by its decisions; named "ece".</summary>
    /// <param name="bins">How many bins; at least 1. A probability on a border is in the lower bin.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is below 1.</exception>
    public static Metric MultiLabelCalibrationError(int bins = 15)
    {
        Require.AtLeast(1, bins);
        return Falling("ece", LabelKind.Classes, () => LabelTally.CalibrationError(bins));
    }

    private static TalliedMetric Thresholded(string name, MetricDirection direction, IReadOnlyList<double> thresholds, Func<LabelCounts, double> measure)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        double[] checkedOnes = thresholds.Count > 0 ? [.. thresholds] : [0.5];
        foreach (double threshold in checkedOnes)
        {
            if (!(threshold is > 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(thresholds), threshold, "Must be above 0 and below 1; 0.5 is usual.");
        }
        return new TalliedMetric(
            name, direction, LabelKind.Classes, () => new LabelTally(checkedOnes, measure), classes => LabelTally.FindProblem(checkedOnes, classes));
    }
}
