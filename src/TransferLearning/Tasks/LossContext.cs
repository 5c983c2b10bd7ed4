using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>What a loss is computed from. Owns nothing.</summary>
public sealed class LossContext
{
    /// <summary>What the network gave, float32 [N, outputs].</summary>
    public required Tensor Output { get; init; }

    /// <summary>What it should have given, as the task encodes it: int64 [N] class indices, say, or float32 [N, outputs].</summary>
    public required Tensor Targets { get; init; }
}
