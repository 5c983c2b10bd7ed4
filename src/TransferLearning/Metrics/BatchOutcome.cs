using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>What came of one batch, for metrics and observers. Owns nothing: its tensors live until the call that it was passed to returns.</summary>
/// <remarks>Not safe for use by several threads at once: the copies are made when they are first asked for.</remarks>
public sealed class BatchOutcome
{
    private ClassOutcomes? _classes;
    private ValueOutcomes? _values;

    /// <summary>What the network gave, floating point [N, outputs], without gradient.</summary>
    public required Tensor Output { get; init; }

    /// <summary>The labels for metrics, as the task encodes them and never mixed, such as class indices, int64 [N].</summary>
    public required Tensor Labels { get; init; }

    /// <summary>The mean loss over the batch.</summary>
    public required double Loss { get; init; }

    /// <summary>How many samples the batch has; at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Output and labels in managed memory, for single-label classification; copied once for all metrics of a batch.</summary>
    /// <exception cref="ArgumentException">The output is not floating point [N, classes], the labels are not int64 [N], or a value does not fit.</exception>
    public ClassOutcomes Classes => _classes ??= new ClassOutcomes(Output, Labels);

    /// <summary>Output and labels in managed memory, for tasks with one label per output; copied once for all metrics of a batch.</summary>
    /// <exception cref="ArgumentException">Output and labels are not floating point [N, outputs] both, or the output holds NaN.</exception>
    public ValueOutcomes Values => _values ??= new ValueOutcomes(Output, Labels);
}
