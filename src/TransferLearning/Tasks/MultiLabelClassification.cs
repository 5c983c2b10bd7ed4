using System.Text.Json;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Each image is of any number of classes; encoded as float32 [N, classes] of 0 and 1.</summary>
internal sealed class MultiLabelClassification : LearningTask
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public MultiLabelClassification(double threshold)
        : this(new SigmoidReading(threshold), [threshold])
    {
    }

    private MultiLabelClassification(OutputReading reading, IReadOnlyList<double> thresholds)
    {
        DefaultMetrics = [Metric.MultiLabelMacroF1(thresholds), Metric.MeanAveragePrecision, Metric.ExactMatch(thresholds)];
        Reading = reading;
    }

    public override string Identifier => "multi-label";

    public override ILoss DefaultLoss { get; } = Losses.BinaryCrossEntropy();

    public override IReadOnlyList<Metric> DefaultMetrics { get; }

    public override LabelKind Labels => LabelKind.Classes;

    public override OutputReading Reading { get; }

    public override JsonElement Settings => Reading.Settings;

    public override LearningTask WithSettings(JsonElement settings) => WithReading(Reading.WithSettings(settings));

    public override LearningTask WithReading(OutputReading reading) => reading.Identifier == Reading.Identifier && reading is IThresholdReading read
        ? new MultiLabelClassification(reading, read.Thresholds)
        : this;

    public override IEnumerable<string> FindProblems(DatasetSplit data)
    {
        IEnumerable<string> classProblems = data.Classes.Count == 0 ? ["There must be at least 1 class; there are none."] : [];
        return classProblems.Concat(FindProblems(data, sample => sample.Target is LabelsTarget target
            ? target.Indices.Select(index => OutsideClasses(index, data)).FirstOrDefault(problem => problem is not null)
            : OtherKind(sample, "a set of classes")));
    }

    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names)
    {
        var encoded = new float[samples.Count * names.Count];
        for (int row = 0; row < samples.Count; row++)
        {
            foreach (int index in ((LabelsTarget)samples[row].Target).Indices)
                encoded[row * names.Count + index] = 1;
        }
        return tensor(encoded, [samples.Count, names.Count], device: CPU);
    }
}
