using TransferLearning.Data;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>What training minimizes.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once; one loss serves many fits. Errors name it as <see
/// cref="object.ToString"/> does.</remarks>
public interface ILoss
{
    /// <summary>The kind of labels that it takes, compared with <see cref="LearningTask.Labels"/> before a fit, if the task's default loss takes those.
    /// </summary>
    /// <value>Null by default: any.</value>
    LabelKind? Labels => null;

    /// <summary>Computes the loss of one batch.</summary>
    /// <param name="context">The network's output and the targets; borrowed.</param>
    /// <returns>The mean over the batch, float32 [], differentiable; the caller disposes it.</returns>
    Tensor Compute(LossContext context);

    /// <summary>What makes the loss unfit for a network, found before a fit rather than in its first step.</summary>
    /// <param name="outputs">How many outputs the network has.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(int outputs) => [];

    /// <summary>What makes the loss unfit for training images, found before a fit: a class without images that is to be weighted by their number, say.
    /// </summary>
    /// <param name="training">The samples to train on; they may be unfit for the task too.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(IDatasetSource training) => [];

    /// <summary>The same loss with what it needs to know of the training samples, how many there are of each class for instance.</summary>
    /// <param name="training">The samples to train on; without problems.</param>
    /// <returns>The loss to train with; this one if it needs nothing. Fitting it to other samples must give the same as fitting this one.</returns>
    ILoss FitTo(IDatasetSource training) => this;
}

/// <summary>What a loss is computed from. Owns nothing.</summary>
public sealed class LossContext
{
    /// <summary>What the network gave, float32 [N, outputs].</summary>
    public required Tensor Output { get; init; }

    /// <summary>The targets, as the task encodes them, such as class indices, int64 [N], or float32 [N, outputs].</summary>
    public required Tensor Targets { get; init; }
}
