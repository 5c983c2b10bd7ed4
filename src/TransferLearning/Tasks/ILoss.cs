using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>What training minimizes.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once; one loss serves many fits.</remarks>
public interface ILoss
{
    /// <summary>Computes the loss of one batch.</summary>
    /// <param name="context">The network's output and the targets; borrowed.</param>
    /// <returns>The mean over the batch, float32 [], differentiable; the caller disposes it.</returns>
    Tensor Compute(LossContext context);

    /// <summary>What makes the loss unfit for a network, found before a fit rather than in its first step.</summary>
    /// <param name="outputs">How many outputs the network has.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(int outputs) => [];
}

/// <summary>What a loss is computed from. Owns nothing.</summary>
public sealed class LossContext
{
    /// <summary>What the network gave, float32 [N, outputs].</summary>
    public required Tensor Output { get; init; }

    /// <summary>The targets, as the task encodes them, such as class indices, int64 [N], or float32 [N, outputs].</summary>
    public required Tensor Targets { get; init; }
}
