using System.Text.Json;
using TransferLearning;
using TransferLearning.Predictions;

namespace Extending;

/// <summary>Numbers above 0, such as prices: the exponential of the outputs, in a unit that each fit chooses for itself.</summary>
public sealed class LogarithmicReading(double unit = 1) : OutputReading
{
    public override string Identifier => "logarithmic";

    public override JsonElement Settings => JsonSerializer.SerializeToElement(new { unit });

    public override OutputReading WithSettings(JsonElement settings) => new LogarithmicReading(UnitIn(settings));

    // unit exp(x) = other exp(x + log(unit / other))
    public override IReadOnlyList<(double Factor, double Offset)>? ConvertTo(OutputReading other, int outputCount) => other.Identifier == Identifier
        ? [.. Enumerable.Repeat((1.0, Math.Log(unit / UnitIn(other.Settings))), outputCount)]
        : null;

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names) =>
        CreatePrediction(Array.ConvertAll(outputs.ToArray(), output => unit * Math.Exp(output)), names);

    public override Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) => new ValuePrediction(names, numbers);

    private static double UnitIn(JsonElement settings) => settings.GetProperty("unit").GetDouble();
}
