using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Each image is of exactly one class.</summary>
internal sealed class SingleLabelClassification : LearningTask
{
    public override string Identifier => "classification";

    public override ILoss DefaultLoss { get; } = Losses.CrossEntropy();

    public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.Accuracy];

    public override LabelKind Labels => LabelKind.Class;

    public override OutputReading Reading { get; } = new SoftmaxReading();

    public override IEnumerable<string> FindProblems(DatasetSplit data)
    {
        string found = data.Classes.Count == 1 ? $"is 1, '{data.Classes[0]}'" : "are none";
        IEnumerable<string> classProblems = data.Classes.Count < 2 ? [$"There must be at least 2 classes; there {found}."] : [];
        return classProblems.Concat(FindProblems(data, sample =>
            sample.Target is ClassTarget target ? OutsideClasses(target.Index, data) : OtherKind(sample, "one class")));
    }

    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names) =>
        tensor((long[])[.. samples.Select(sample => (long)sample.ClassIndex)], device: CPU);
}
