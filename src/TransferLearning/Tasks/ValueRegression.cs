using System.Text.Json;
using TorchSharp;
using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Regression of one or more numbers per image; encoded as float32 [N, values], standardized by the training targets.</summary>
internal sealed class ValueRegression : LearningTask
{
    private const double RelativeRounding = 2.3e-16;

    // Without it, TorchSharp creates this scalar at each call, and the garbage collector can free it while native code reads it.
    private static readonly Scalar _one = 1;

    private readonly ScaleSettings? _scale;

    public ValueRegression(ScaleSettings? scale = null)
    {
        _scale = scale;
        Reading = new ValueReading(scale?.Means, scale?.Deviations);
    }

    public override string Identifier => "regression";

    public override ILoss DefaultLoss { get; } = Losses.MeanSquaredError();

    public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.MeanAbsoluteError, Metric.RootMeanSquaredError, Metric.R2];

    public override LabelKind Labels => LabelKind.Numbers;

    public override OutputReading Reading { get; }

    public override JsonElement Settings => Reading.Settings;

    public override LearningTask WithSettings(JsonElement settings)
    {
        _ = Reading.WithSettings(settings); // which checks them
        ScaleSettings scale = settings.Deserialize(ReadingJson.Default.ScaleSettings)!;
        return new ValueRegression(scale.Means.Length > 0 ? scale : null);
    }

    public override IEnumerable<string> FindProblems(DatasetSplit data)
    {
        IEnumerable<string> nameProblems = data.Classes.Count == 0 ? ["There must be at least 1 value to learn; there are none."] : [];
        return nameProblems.Concat(FindProblems(data, sample => sample.Target is ValuesTarget target
            ? NumberProblem(target.Numbers, data.Classes.Count)
            : OtherKind(sample, "numbers")));
    }

    public override LearningTask FitTargets(IDatasetSource training)
    {
        double[][] columns = [.. Enumerable.Range(0, training.Classes.Count)
            .Select(column => training.Samples.Select(sample => Numbers(sample)[column]).ToArray())];
        double[] means = Array.ConvertAll(columns, column => column.Average());
        return new ValueRegression(new ScaleSettings(means, [.. columns.Zip(means, Deviation)]));
    }

    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
    {
        float[] encoded = [.. samples.SelectMany(sample => Numbers(sample).Select((value, column) => (float)((value - Mean(column)) / Deviation(column))))];
        return tensor(encoded, [samples.Count, names.Count], device: CPU);
    }

    public override BatchOutcome GetOutcome(Tensor output, Tensor labels, double loss, int count)
    {
        if (_scale is null)
            return base.GetOutcome(output, labels, loss, count);
        using Tensor means = Row(_scale.Means, output.device), deviations = Row(_scale.Deviations, output.device);
        return base.GetOutcome(output.mul(deviations).add_(means, _one), labels.mul(deviations).add_(means, _one), loss, count);
    }

    private static Tensor Row(double[] values, Device device) => tensor(Array.ConvertAll(values, value => (float)value), device: device);

    private static IReadOnlyList<double> Numbers(Sample sample) => ((ValuesTarget)sample.Target).Numbers;

    private static string? NumberProblem(IReadOnlyList<double> numbers, int names)
    {
        if (numbers.Count != names)
            return $"has {numbers.Count} numbers for {names} names";
        return numbers.All(number => float.IsFinite((float)number))
            ? null
            : $"has the numbers {NumbersText.Of(numbers)}; they must be finite in single precision";
    }

    // 1 of equal numbers, whose mean differs from them by what rounding adds up to.
    private static double Deviation(double[] numbers, double mean)
    {
        double deviation = Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean)));
        return deviation > numbers.Length * RelativeRounding * Math.Abs(mean) ? deviation : 1;
    }

    private double Mean(int column) => _scale?.Means[column] ?? 0;

    private double Deviation(int column) => _scale?.Deviations[column] ?? 1;
}
