using System.Text.Json;
using TransferLearning;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Classes in an order, such as small, medium, large: each output says whether the image lies above one of the bounds between them.</summary>
/// <remarks>J. Cheng, Z. Wang and G. Pollastri, "A neural network approach to ordinal regression", IJCNN 2008.</remarks>
public sealed class OrdinalRegression : LearningTask
{
    public override string Identifier => "ordinal";

    public override ILoss DefaultLoss { get; } = Losses.BinaryCrossEntropy();

    public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.ExactMatch()];

    public override LabelKind Labels => LabelKind.Classes;

    public override OutputReading Reading { get; } = new OrdinalReading();

    public override int GetOutputCount(IReadOnlyList<string> names) => names.Count - 1;

    public override IEnumerable<string> FindProblems(DatasetSplit data) =>
        FindProblems(data, sample => sample.ClassIndex < 0 || sample.ClassIndex >= data.Classes.Count ? "has no class" : null);

    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
    {
        IEnumerable<float> above = samples.SelectMany(sample => Enumerable.Range(0, names.Count - 1).Select(bound => sample.ClassIndex > bound ? 1f : 0f));
        return tensor(above.ToArray(), [samples.Count, names.Count - 1]);
    }
}

/// <summary>The probability of each class: that of lying above the bound before it, less that of lying above the one behind it.</summary>
public sealed class OrdinalReading(double temperature = 1, params double[] thresholds) : OutputReading, ITemperatureReading, IThresholdReading
{
    public override string Identifier => "ordinal";

    public double Temperature => temperature;

    public IReadOnlyList<double> Thresholds => thresholds;

    public override JsonElement Settings => JsonSerializer.SerializeToElement(new Stored(temperature, thresholds));

    public override OutputReading WithSettings(JsonElement settings)
    {
        Stored stored = settings.Deserialize<Stored>()!;
        return new OrdinalReading(stored.Temperature, stored.Thresholds);
    }

    public OutputReading WithTemperature(double other) => new OrdinalReading(other, thresholds);

    public OutputReading WithThresholds(IReadOnlyList<double> others) => new OrdinalReading(temperature, [.. others]);

    public override int GetOutputCount(IReadOnlyList<string> names) => names.Count - 1;

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names)
    {
        var probabilities = new double[names.Count];
        double above = 1;
        for (int bound = 0; bound < outputs.Length; bound++)
        {
            double next = Math.Min(above, 1 / (1 + Math.Exp(-outputs[bound] / temperature))); // what lies above a bound lies above those before it
            (probabilities[bound], above) = (above - next, next);
        }
        probabilities[^1] = above;
        return CreatePrediction(probabilities, names);
    }

    public override Prediction CreatePrediction(IReadOnlyList<double> numbers, IReadOnlyList<string> names) => // an exported file reads them in its graph
        thresholds.Length == 0 ? new Prediction(names, numbers) : new CautiousPrediction(names, numbers, thresholds);

    private sealed record Stored(double Temperature, double[] Thresholds);
}
