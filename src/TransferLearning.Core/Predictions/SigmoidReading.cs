using System.Text.Json;
using TransferLearning.Internal;

namespace TransferLearning.Predictions;

/// <summary>Any number of classes: each logit to a probability of its own.</summary>
internal sealed class SigmoidReading : OutputReading, ITemperatureReading, IThresholdReading
{
    private readonly double[] _thresholds;

    /// <param name="threshold">The probability from which on an image is of a class.</param>
    public SigmoidReading(double threshold)
        : this([threshold], 1)
    {
    }

    private SigmoidReading(double[] thresholds, double temperature) => (_thresholds, Temperature) = (thresholds, temperature);

    public override string Identifier => "sigmoid";

    public double Temperature { get; }

    public IReadOnlyList<double> Thresholds => _thresholds;

    public override JsonElement Settings => JsonSerializer.SerializeToElement(
        new SigmoidSettings(_thresholds[0], _thresholds.Length > 1 ? _thresholds : null, Temperature == 1 ? null : Temperature),
        ReadingJson.Default.SigmoidSettings);

    public override OutputReading WithSettings(JsonElement settings)
    {
        if (ReadingJson.Read(settings, ReadingJson.Default.SigmoidSettings) is not { } found)
            return this;
        return new SigmoidReading(
            ProbabilitySettings.CheckThresholds(found.Thresholds ?? [found.Threshold]), ProbabilitySettings.CheckTemperature(found.Temperature ?? 1));
    }

    public OutputReading WithTemperature(double temperature) => new SigmoidReading(_thresholds, ProbabilitySettings.CheckTemperature(temperature));

    public OutputReading WithThresholds(IReadOnlyList<double> thresholds) =>
        new SigmoidReading(ProbabilitySettings.CheckThresholds(thresholds), Temperature);

    public override int GetOutputCount(IReadOnlyList<string> names) => ProbabilitySettings.CheckCount(_thresholds, base.GetOutputCount(names));

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names) =>
        CreatePrediction(Array.ConvertAll(outputs.ToArray(), logit => Logits.Sigmoid(logit / Temperature)), names);

    public override Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) =>
        new MultiLabelPrediction(names, numbers, _thresholds);

    // The logit of the mean probability; a temperature applies to what is read, after the mean.
    public override float[] Average(IReadOnlyList<float[]> views) => [.. Enumerable.Range(0, views[0].Length).Select(output => (float)(
        LogarithmOfMean(views.Select(view => -Logits.SoftPlus(-view[output]))) - LogarithmOfMean(views.Select(view => -Logits.SoftPlus(view[output])))))];
}
