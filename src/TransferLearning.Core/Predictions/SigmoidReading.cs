using System.Text.Json;

namespace TransferLearning.Predictions;

/// <summary>Any number of classes: each logit to a probability of its own.</summary>
/// <param name="threshold">The probability from which on an image is of a class.</param>
internal sealed class SigmoidReading(double threshold) : OutputReading
{
    public override string Identifier => "sigmoid";

    public override JsonElement Settings => JsonSerializer.SerializeToElement(new ThresholdSettings(threshold), ReadingJson.Default.ThresholdSettings);

    public override OutputReading WithSettings(JsonElement settings)
    {
        double found = settings.Deserialize(ReadingJson.Default.ThresholdSettings)!.Threshold;
        return found is > 0 and < 1 ? new SigmoidReading(found) : throw new ArgumentException($"The threshold is {found}; it must be above 0 and below 1.");
    }

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names) =>
        new MultiLabelPrediction(names, Array.ConvertAll(outputs.ToArray(), logit => 1 / (1 + Math.Exp(-logit))), threshold);

    // The logit of the mean probability.
    public override float[] Average(IReadOnlyList<float[]> views) => [.. Enumerable.Range(0, views[0].Length).Select(output => (float)(
        LogarithmOfMean(views.Select(view => LogarithmOfSigmoid(view[output]))) - LogarithmOfMean(views.Select(view => LogarithmOfSigmoid(-view[output])))))];

    private static double LogarithmOfSigmoid(double logit) => Math.Min(logit, 0) - Math.Log(1 + Math.Exp(-Math.Abs(logit)));
}
