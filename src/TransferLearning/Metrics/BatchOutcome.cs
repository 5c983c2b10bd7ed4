using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>What came of one batch, for metrics and observers. Owns nothing: its tensors live until the call that it was passed to returns.</summary>
public sealed class BatchOutcome
{
    /// <summary>What the network gave, floating point [N, outputs], without gradient.</summary>
    public required Tensor Output { get; init; }

    /// <summary>What metrics count against, as the task encodes it, never mixed: int64 [N] class indices, say.</summary>
    public required Tensor Labels { get; init; }

    /// <summary>The mean loss over the batch.</summary>
    public required double Loss { get; init; }

    /// <summary>How many samples the batch has; at least 1.</summary>
    public required int Count { get; init; }
}
