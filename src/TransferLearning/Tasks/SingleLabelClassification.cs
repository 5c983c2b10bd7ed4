using TransferLearning.Data;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Each image is of exactly one class.</summary>
internal sealed class SingleLabelClassification : LearningTask
{
    /// <inheritdoc/>
    public override string Identifier => "classification";

    /// <inheritdoc/>
    public override ILoss DefaultLoss { get; } = Losses.CrossEntropy();

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> DefaultMetrics { get; } = [Metric.Accuracy];

    /// <inheritdoc/>
    public override OutputReading Reading { get; } = new SoftmaxReading();

    /// <inheritdoc/>
    public override IEnumerable<string> FindProblems(DatasetSplit data)
    {
        IEnumerable<string> classProblems = data.Classes.Count < 2
            ? [$"There must be at least 2 classes; there {(data.Classes.Count == 1 ? $"is 1, '{data.Classes[0]}'" : "are none")}."]
            : [];
        return classProblems.Concat(FindProblems(data, sample =>
            sample.Target is ClassTarget target ? OutsideClasses(target.Index, data) : OtherKind(sample, "one class")));
    }

    /// <inheritdoc/>
    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names) =>
        tensor((long[])[.. samples.Select(sample => (long)sample.ClassIndex)], device: CPU);
}
