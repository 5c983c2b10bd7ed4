using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>What training makes small.</summary>
/// <remarks>Implementations must be immutable; one objective serves many fits.</remarks>
public interface IObjective
{
    /// <summary>Computes the loss of one batch.</summary>
    /// <param name="output">What the network gave, float32 [N, ...]; borrowed.</param>
    /// <param name="targets">What the batch carries as truth, int64 [N] for labelled pictures; borrowed.</param>
    /// <returns>The mean over the batch, float32 [], differentiable; the caller disposes it.</returns>
    Tensor Loss(Tensor output, Tensor targets);
}
