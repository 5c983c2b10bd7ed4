using TransferLearning.Predictions;

namespace TransferLearning;

/// <summary>What a network sees in one image: a probability for each class, the largest of which names it. Immutable, as derived types must be.</summary>
public class Prediction
{
    private readonly double[] _numbers;

    /// <summary>Creates a prediction.</summary>
    /// <param name="names">The names of the classes, or of the values of a derived type.</param>
    /// <param name="numbers">The probability, or the value, of each.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as names, or none.</exception>
    public Prediction(IReadOnlyList<string> names, IEnumerable<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(numbers);
        Names = names;
        _numbers = [.. numbers];
        if (_numbers.Length != names.Count || _numbers.Length == 0)
            throw new ArgumentException(
                $"There are {_numbers.Length} numbers for {names.Count} names; one for each name is expected, and at least one.", nameof(numbers));
    }

    /// <summary>The names of the model's classes, or of its values.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of each name: a probability, or a value.</summary>
    public IReadOnlyList<double> Numbers => _numbers;

    /// <summary>The most probable class's position among the model's classes.</summary>
    public virtual int ClassIndex => Array.IndexOf(_numbers, _numbers.Max());

    /// <summary>The most probable class's name.</summary>
    public string Label => Names[ClassIndex];

    /// <summary>How probable it is, 0 to 1.</summary>
    public double Probability => _numbers[ClassIndex];

    /// <summary>Every class's probability, in the order of the model's classes; they add up to 1 for single-label classification.</summary>
    public virtual IReadOnlyList<double> Probabilities => _numbers;

    /// <summary>Every class with its probability, the most probable first.</summary>
    public IReadOnlyList<LabelScore> Scores =>
        [.. Names.Zip(Probabilities, (label, probability) => new LabelScore(label, probability)).OrderByDescending(score => score.Probability)];

    /// <summary>The predicted classes, most probable first: exactly one for single-label classification, any number for multi-label classification.</summary>
    public virtual IReadOnlyList<LabelScore> Labels => [new LabelScore(Label, Probability)];

    /// <summary>The probability of a class, or the value of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such name.</exception>
    public double this[string name] => Names.Index().FirstOrDefault(entry => entry.Item == name, (Index: -1, Item: name)) is { Index: >= 0 and int index }
        ? _numbers[index]
        : throw new KeyNotFoundException($"The model knows no '{name}'; it knows {string.Join(", ", Names)}.");

    /// <inheritdoc/>
    public override string ToString() => new LabelScore(Label, Probability).ToString();
}
