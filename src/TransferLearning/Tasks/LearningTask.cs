using TransferLearning.Data;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>What is learned: what a target is, how many outputs the head has, and the loss and metrics that suit.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once.</remarks>
public abstract class LearningTask
{
    /// <summary>What model files call it, such as "classification".</summary>
    public abstract string Identifier { get; }

    /// <summary>The loss that is minimized by default.</summary>
    public abstract ILoss DefaultLoss { get; }

    /// <summary>What is measured by default beside the loss; the first one names the best epoch.</summary>
    public abstract IReadOnlyList<Metric> DefaultMetrics { get; }

    /// <summary>How many outputs the head has.</summary>
    /// <param name="names">The names of the classes, or of the values, as the source gives them.</param>
    /// <returns>At least 1.</returns>
    public abstract int OutputCount(IReadOnlyList<string> names);

    /// <summary>Encodes the targets of samples as the loss and the metrics take them.</summary>
    /// <param name="samples">The samples of a batch; at least one.</param>
    /// <param name="names">The names of the classes, or of the values.</param>
    /// <returns>A tensor on the CPU whose first axis counts the samples; the caller disposes it.</returns>
    public abstract Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names);
}
