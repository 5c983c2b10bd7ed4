using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>What a network sees in one image that can be of any number of classes.</summary>
public class MultiLabelPrediction : Prediction
{
    /// <summary>Creates a prediction.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="probabilities">The probability of each, 0 to 1.</param>
    /// <param name="threshold">The probability from which on the image is of a class.</param>
    public MultiLabelPrediction(IReadOnlyList<string> classes, IEnumerable<double> probabilities, double threshold = 0.5)
        : base(classes, probabilities) => Threshold = threshold;

    /// <summary>The probability from which on the image is of a class.</summary>
    public double Threshold { get; }

    /// <summary>The classes with a probability of at least the threshold, most probable first; may be empty.</summary>
    public override IReadOnlyList<LabelScore> Labels => [.. Scores.TakeWhile(score => score.Probability >= Threshold)];

    /// <inheritdoc/>
    public override string ToString() => Labels.Count == 0 ? "no class" : string.Join(", ", Labels);
}

/// <summary>How probable one label is.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">0 to 1: the softmax of the logits, or the sigmoid of one logit for multi-label classification.</param>
public readonly record struct LabelScore(string Label, double Probability)
{
    /// <summary>Such as "ant (97.2 %)".</summary>
    public override string ToString() => FormattableString.Invariant($"{PrintableText.Of(Label)} ({Probability:P1})");
}
