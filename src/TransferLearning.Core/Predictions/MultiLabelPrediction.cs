using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>What a network sees in one image that can be of any number of classes.</summary>
public class MultiLabelPrediction : Prediction
{
    private readonly IReadOnlyList<double> _thresholds;

    /// <summary>Creates a prediction.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="probabilities">The probability of each, 0 to 1.</param>
    /// <param name="thresholds">The probability from which on the image is of a class: one for all classes, or one for each; 0.5 if there is none.</param>
    /// <exception cref="ArgumentException">There are several thresholds, but not one for each class.</exception>
    public MultiLabelPrediction(IReadOnlyList<string> classes, IEnumerable<double> probabilities, params IReadOnlyList<double> thresholds)
        : base(classes, probabilities) => _thresholds = ThresholdsOf(this, thresholds is { Count: > 0 } ? thresholds : [0.5]);

    /// <summary>The classes with a probability of at least their threshold, most probable first; may be empty.</summary>
    public override IReadOnlyList<LabelScore> Labels => [.. Names.Zip(Probabilities, (label, probability) => new LabelScore(label, probability))
        .Where((score, index) => score.Probability >= ThresholdAt(index)).OrderByDescending(score => score.Probability)];

    /// <summary>The probability from which on the image is of a class.</summary>
    /// <param name="index">The class's position among the names.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no class at that position.</exception>
    public double GetThreshold(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Names.Count);
        return ThresholdAt(index);
    }

    /// <inheritdoc/>
    public override string ToString() => Labels.Count == 0 ? "no class" : string.Join(", ", Labels);

    private double ThresholdAt(int index) => _thresholds[_thresholds.Count == 1 ? 0 : index];

    internal static IReadOnlyList<double> ThresholdsOf(Prediction prediction, IReadOnlyList<double> thresholds) =>
        thresholds.Count == 1 || thresholds.Count == prediction.Names.Count
            ? [.. thresholds]
            : throw new ArgumentException(
                $"There are {thresholds.Count} thresholds for {prediction.Names.Count} classes; one for all or one for each is expected.", nameof(thresholds));
}

/// <summary>What a network sees in one image that is of one class, or of none that it is sure enough of.</summary>
public class CautiousPrediction : Prediction
{
    private readonly IReadOnlyList<double> _thresholds;

    /// <summary>Creates a prediction.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="probabilities">The probability of each, 0 to 1.</param>
    /// <param name="thresholds">The probability below which the most probable class is not named: one for all classes, or one for each.</param>
    /// <exception cref="ArgumentException">There is not one threshold, nor one for each class.</exception>
    public CautiousPrediction(IReadOnlyList<string> classes, IEnumerable<double> probabilities, IReadOnlyList<double> thresholds)
        : base(classes, probabilities) => _thresholds = MultiLabelPrediction.ThresholdsOf(this, thresholds);

    /// <summary>The most probable class, if its probability reaches its threshold; else empty, for none of the classes.</summary>
    public override IReadOnlyList<LabelScore> Labels => Probability >= (_thresholds.Count == 1 ? _thresholds[0] : _thresholds[ClassIndex]) ? base.Labels : [];

    /// <inheritdoc/>
    public override string ToString() => Labels.Count == 0 ? $"none of these; perhaps {base.ToString()}" : base.ToString();
}

/// <summary>How probable one label is.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">0 to 1: the softmax of the logits, or the sigmoid of one logit for multi-label classification.</param>
public readonly record struct LabelScore(string Label, double Probability)
{
    /// <summary>Such as "ant (97.2 %)".</summary>
    public override string ToString() => FormattableString.Invariant($"{PrintableText.Of(Label)} ({Probability:P1})");
}
