using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>Numbers that a network predicts for one image, in the units of its training targets; read them by name, as in <c>prediction["age"]</c>.</summary>
/// <param name="names">The names of the values.</param>
/// <param name="values">The value of each.</param>
public class ValuePrediction(IReadOnlyList<string> names, IEnumerable<double> values) : Prediction(names, values)
{
    /// <summary>Values have no class.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override int ClassIndex => throw NoClass();

    /// <summary>Values have no probabilities.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override IReadOnlyList<double> Probabilities => throw NoClass();

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", Names.Zip(Numbers, (name, value) => FormattableString.Invariant($"{PrintableText.Of(name)} {value:G6}")));

    private InvalidOperationException NoClass() => new($"The model tells values, not classes: read them by name, as in prediction[\"{Names[0]}\"].");
}
