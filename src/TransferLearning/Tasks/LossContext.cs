using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>What a loss is computed from. Owns nothing.</summary>
public sealed class LossContext
{
    /// <summary>What the network gave, float32 [N, outputs].</summary>
    public required Tensor Output { get; init; }

    /// <summary>The targets, as the task encodes them, such as class indices, int64 [N], or float32 [N, outputs].</summary>
    public required Tensor Targets { get; init; }
}
