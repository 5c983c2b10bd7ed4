using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning;

// For images of one class each.
public abstract partial class Metric
{
    /// <summary>Top-1 accuracy, 0 to 1; named "accuracy".</summary>
    public static Metric Accuracy { get; } = Rising("accuracy", LabelKind.Class, () => ClassTallies.TopK(1));

    /// <summary>The mean recall of the classes that occur, as <see cref="ConfusionMatrix.BalancedAccuracy"/>; named "balanced-accuracy".</summary>
    public static Metric BalancedAccuracy { get; } = OfConfusion("balanced-accuracy", confusion => confusion.BalancedAccuracy);

    /// <summary>The unweighted mean of the classes' F1 scores, 0 to 1, as <see cref="ConfusionMatrix.MacroF1"/> defines it; named "macro-f1".</summary>
    public static Metric MacroF1 { get; } = OfConfusion("macro-f1", confusion => confusion.MacroF1);

    /// <summary>The unweighted mean of the classes' precision, as <see cref="ConfusionMatrix.MacroPrecision"/>; named "macro-precision".</summary>
    public static Metric MacroPrecision { get; } = OfConfusion("macro-precision", confusion => confusion.MacroPrecision);

    /// <summary>The mean of the classes' F1 weighted by their samples, as <see cref="ConfusionMatrix.WeightedF1"/>; named "weighted-f1".</summary>
    public static Metric WeightedF1 { get; } = OfConfusion("weighted-f1", confusion => confusion.WeightedF1);

    /// <summary>The mean of the classes' precision weighted by their samples, as <see cref="ConfusionMatrix.WeightedPrecision"/>; named "weighted-precision".
    /// </summary>
    public static Metric WeightedPrecision { get; } = OfConfusion("weighted-precision", confusion => confusion.WeightedPrecision);

    /// <summary>Matthews' correlation, as <see cref="ConfusionMatrix.MatthewsCorrelation"/>; named "mcc".</summary>
    public static Metric MatthewsCorrelation { get; } = OfConfusion("mcc", confusion => confusion.MatthewsCorrelation);

    /// <summary>Cohen's kappa, as <see cref="ConfusionMatrix.CohensKappa"/>; named "kappa".</summary>
    public static Metric CohensKappa { get; } = OfConfusion("kappa", confusion => confusion.CohensKappa);

    /// <summary>The mean of minus the logarithm of the true class's probability; named "log-loss". In double precision, and without weights or smoothing,
    /// which the loss may have.</summary>
    public static Metric LogLoss { get; } = Falling("log-loss", LabelKind.Class, ClassTallies.LogLoss);

    /// <summary>The mean over samples of the squared distances of all probabilities from 0 or, for the true class, 1: 0 to 2; named "brier".</summary>
    /// <remarks>G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950. Of two classes, twice what
    /// scikit-learn's brier_score_loss gives.</remarks>
    public static Metric BrierScore { get; } = Falling("brier", LabelKind.Class, ClassTallies.Brier);

    /// <summary>The area under the curve of true over false positives, 0 to 1 and 0.5 for chance, of each class against the rest, by its probability; the mean
    /// over the classes that some samples are of and others are not, NaN if there is none. Equal probabilities count half; named "roc-auc".</summary>
    /// <remarks>As scikit-learn's roc_auc_score with multi_class "ovr". Keeps a number for each class and sample.</remarks>
    public static Metric RocAuc { get; } = Rising("roc-auc", LabelKind.Class, () => RankingTally.OfClasses(Rankings.RocAuc));

    /// <summary>The mean over the classes that occur of the average precision of each against the rest, by its probability, 0 to 1; named
    /// "average-precision".</summary>
    /// <remarks>As scikit-learn's average_precision_score with average "macro", which of two classes, though, gives that of the second alone. Keeps a number
    /// for each class and sample.</remarks>
    public static Metric AveragePrecision { get; } = Rising("average-precision", LabelKind.Class, () => RankingTally.OfClasses(Rankings.AveragePrecision));

    /// <summary>Top-k accuracy, 0 to 1; named "top-5" for k = 5.</summary>
    /// <param name="k">How many guesses count; at least 1, at most the number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static Metric TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new TalliedMetric(
            $"top-{k}", MetricDirection.HigherIsBetter, LabelKind.Class, () => ClassTallies.TopK(k), classes => ClassTallies.FindTopKProblem(k, classes));
    }

    /// <summary>The expected calibration error, 0 to 1: how far the probability of the predicted class is from the share of right predictions, over bins of
    /// equal width, each weighted by its samples; named "ece".</summary>
    /// <remarks>C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017. Few samples make it too large.</remarks>
    /// <param name="bins">How many bins; at least 1. A probability on a border is in the lower bin.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is below 1.</exception>
    public static Metric ExpectedCalibrationError(int bins = 15)
    {
        Require.AtLeast(1, bins);
        return Falling("ece", LabelKind.Class, () => ClassTallies.CalibrationError(bins));
    }

    private static Metric OfConfusion(string name, Func<ConfusionMatrix, double> measure) => Rising(name, LabelKind.Class, () => new ConfusionTally(measure));
}
