using System.Text.Json;
using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>Numbers: each output times a deviation plus a mean, those of the targets that the network learned from.</summary>
internal sealed class ValueReading : OutputReading
{
    private readonly ScaleSettings _scale;

    public ValueReading(IReadOnlyList<double>? means = null, IReadOnlyList<double>? deviations = null)
        : this(new ScaleSettings([.. means ?? []], [.. deviations ?? []]))
    {
    }

    private ValueReading(ScaleSettings scale) => _scale = scale;

    public override string Identifier => "values";

    public override JsonElement Settings => JsonSerializer.SerializeToElement(_scale, ReadingJson.Default.ScaleSettings);

    public override OutputReading WithSettings(JsonElement settings)
    {
        if (ReadingJson.Read(settings, ReadingJson.Default.ScaleSettings) is not { } found)
            return this;
        if (found.Means.Length != found.Deviations.Length || !found.Means.Concat(found.Deviations).All(value => float.IsFinite((float)value)))
            throw new ArgumentException(
                $"The means and deviations must be finite in single precision and as many; there are {found.Means.Length} and {found.Deviations.Length}.");
        if (!found.Deviations.All(deviation => deviation > 0))
            throw new ArgumentException($"The deviations must be above 0; they are {NumbersText.Of(found.Deviations)}.");

        return new ValueReading(found);
    }

    public override int GetOutputCount(IReadOnlyList<string> names)
    {
        int count = base.GetOutputCount(names);
        return _scale.Means.Length == 0 || _scale.Means.Length == count
            ? count
            : throw new InvalidOperationException($"There are {_scale.Means.Length} means and deviations for {count} names.");
    }

    public override IReadOnlyList<(double Factor, double Offset)>? ConvertTo(OutputReading other, int outputCount)
    {
        if (other.Identifier != Identifier || other.Settings.Deserialize(ReadingJson.Default.ScaleSettings) is not { } target)
            return null;
        return [.. Enumerable.Range(0, outputCount).Select(column =>
        {
            (double mean, double deviation) = ScaleOf(_scale, column);
            (double targetMean, double targetDeviation) = ScaleOf(target, column);
            return (deviation / targetDeviation, (mean - targetMean) / targetDeviation);
        })];
    }

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names)
    {
        var values = new double[outputs.Length];
        for (int column = 0; column < values.Length; column++)
            values[column] = _scale.Means.Length == 0 ? outputs[column] : outputs[column] * _scale.Deviations[column] + _scale.Means[column];
        return CreatePrediction(values, names);
    }

    public override Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) => new ValuePrediction(names, numbers);

    private static (double Mean, double Deviation) ScaleOf(ScaleSettings scale, int column) =>
        scale.Means.Length == 0 ? (0, 1) : (scale.Means[column], scale.Deviations[column]);
}
