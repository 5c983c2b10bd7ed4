using System.Text.Json;
using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>Exactly one class, or none that reaches its threshold: logits to probabilities that add up to 1, in double and shifted by the largest so that
/// no exponential overflows.</summary>
internal sealed class SoftmaxReading : OutputReading, ITemperatureReading, IThresholdReading
{
    private readonly double[] _thresholds;

    public SoftmaxReading()
        : this([], 1)
    {
    }

    private SoftmaxReading(double[] thresholds, double temperature) => (_thresholds, Temperature) = (thresholds, temperature);

    public override string Identifier => "softmax";

    public double Temperature { get; }

    public IReadOnlyList<double> Thresholds => _thresholds;

    public override JsonElement Settings => Temperature == 1 && _thresholds.Length == 0 ? default : JsonSerializer.SerializeToElement(
        new SoftmaxSettings(Temperature == 1 ? null : Temperature, _thresholds.Length == 0 ? null : _thresholds), ReadingJson.Default.SoftmaxSettings);

    public override OutputReading WithSettings(JsonElement settings)
    {
        if (ReadingJson.Read(settings, ReadingJson.Default.SoftmaxSettings) is not { } found)
            return new SoftmaxReading();
        return new SoftmaxReading(
            found.Thresholds is null ? [] : ProbabilitySettings.CheckThresholds(found.Thresholds),
            ProbabilitySettings.CheckTemperature(found.Temperature ?? 1));
    }

    public OutputReading WithTemperature(double temperature) => new SoftmaxReading(_thresholds, ProbabilitySettings.CheckTemperature(temperature));

    public OutputReading WithThresholds(IReadOnlyList<double> thresholds) =>
        new SoftmaxReading(ProbabilitySettings.CheckThresholds(thresholds), Temperature);

    public override int GetOutputCount(IReadOnlyList<string> names) => ProbabilitySettings.CheckCount(_thresholds, base.GetOutputCount(names));

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names) =>
        CreatePrediction(Logits.Softmax(outputs, Temperature), names);

    public override Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) =>
        _thresholds.Length == 0 ? new Prediction(names, numbers) : new CautiousPrediction(names, numbers, _thresholds);

    // The softmax of the logarithms of mean probabilities is those means.
    public override float[] Average(IReadOnlyList<float[]> views)
    {
        double[][] logarithms = [.. views.Select(logits => Logits.LogSoftmax(logits))];
        return [.. Enumerable.Range(0, views[0].Length).Select(output => (float)LogarithmOfMean(logarithms.Select(view => view[output])))];
    }
}
