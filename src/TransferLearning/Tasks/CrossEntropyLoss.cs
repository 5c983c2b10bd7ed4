using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Softmax cross-entropy between logits and class indices, as <c>torch.nn.CrossEntropyLoss</c> defines it.</summary>
public sealed class CrossEntropyLoss : ILoss
{
    private readonly float[]? _classWeights;

    /// <summary>Makes the loss.</summary>
    /// <param name="labelSmoothing">The share of the target spread evenly over all classes, 0 to below 1 (Szegedy et al., 2016).</param>
    /// <param name="classWeights">A weight for each class; absent: all 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1), or a weight is negative or not finite.</exception>
    public CrossEntropyLoss(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null)
    {
        LabelSmoothing = Require.BelowOne(labelSmoothing);
        _classWeights = classWeights?.Select(weight => (float)Require.AtLeast(0, weight, nameof(classWeights))).ToArray();
    }

    /// <summary>The share of the target spread evenly over all classes.</summary>
    public double LabelSmoothing { get; }

    /// <summary>The number of class weights; null where every class weighs the same.</summary>
    internal int? ClassWeightCount => _classWeights?.Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shapes do not fit one another, or the class weights.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        if (output.dim() != 2 || targets.dim() != 1 || output.shape[0] != targets.shape[0])
            throw new ArgumentException($"Cross-entropy takes logits [N, classes] and targets [N]; found {ShapeText.Of(output.shape)} and {ShapeText.Of(targets.shape)}.");
        if (_classWeights is not null && _classWeights.Length != output.shape[1])
            throw new ArgumentException($"There are {_classWeights.Length} class weights for {output.shape[1]} classes.");

        using Tensor? weights = _classWeights is null ? null : tensor(_classWeights, device: output.device);
        return nn.functional.cross_entropy(output, targets, weights, label_smoothing: LabelSmoothing);
    }
}
