using TransferLearning.Data;
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
    public override int OutputCount(IReadOnlyList<string> names) => names.Count;

    /// <inheritdoc/>
    public override Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names) =>
        tensor((long[])[.. samples.Select(sample => (long)sample.ClassIndex)], device: CPU);
}
