using TransferLearning.Inference;

namespace TransferLearning;

/// <summary>What a network sees in one image.</summary>
public sealed class Prediction
{
    private readonly IReadOnlyList<string> _classes;
    private readonly double[] _probabilities;

    internal Prediction(IReadOnlyList<string> classes, double[] probabilities)
    {
        _classes = classes;
        _probabilities = probabilities;
        ClassIndex = Array.IndexOf(probabilities, probabilities.Max());
    }

    /// <summary>The most probable class's position among the model's classes.</summary>
    public int ClassIndex { get; }

    /// <summary>The most probable class's name.</summary>
    public string Label => _classes[ClassIndex];

    /// <summary>How probable it is, 0 to 1.</summary>
    public double Probability => _probabilities[ClassIndex];

    /// <summary>Every class's probability, in the order of the model's classes; they add up to 1.</summary>
    public IReadOnlyList<double> Probabilities => _probabilities;

    /// <summary>Every class with its probability, the most probable first.</summary>
    public IReadOnlyList<LabelScore> Scores =>
        [.. _classes.Zip(_probabilities, (label, probability) => new LabelScore(label, probability)).OrderByDescending(score => score.Probability)];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Label} ({Probability:P1})");
}
