using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Softmax cross-entropy, as <c>torch.nn.CrossEntropyLoss</c> defines it, of logits [N, classes] with class indices [N] or probabilities.</summary>
internal sealed class CrossEntropyLoss : ILoss
{
    private readonly double _labelSmoothing;
    private readonly float[]? _classWeights;

    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1), or a weight is negative or not finite.</exception>
    public CrossEntropyLoss(double labelSmoothing, IReadOnlyList<double>? classWeights)
    {
        _labelSmoothing = Require.BelowOne(labelSmoothing);
        _classWeights = classWeights?.Select(weight => (float)Require.AtLeast(0, weight, nameof(classWeights))).ToArray();
    }

    public IEnumerable<string> FindProblems(int outputs)
    {
        if (_classWeights is not null && _classWeights.Length != outputs)
            yield return $"There are {_classWeights.Length} class weights for {outputs} classes.";
    }

    /// <exception cref="ArgumentException">The shapes do not fit one another, or the class weights.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        bool areIndices = targets.dim() == 1 && targets.dtype == ScalarType.Int64 && output.dim() == 2 && output.shape[0] == targets.shape[0];
        bool areProbabilities = output.dim() == 2 && targets.is_floating_point() && targets.shape.AsSpan().SequenceEqual(output.shape);
        if (!areIndices && !areProbabilities)
        {
            throw new ArgumentException("Cross-entropy takes logits [N, classes] and targets Int64 [N], or probabilities [N, classes]; "
                + $"found {ShapeText.Of(output.shape)} and {targets.dtype} {ShapeText.Of(targets.shape)}.");
        }
        if (FindProblems((int)output.shape[1]).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);

        using Tensor? weights = _classWeights is null ? null : tensor(_classWeights, device: output.device);
        return nn.functional.cross_entropy(output, targets, weights, label_smoothing: _labelSmoothing);
    }
}
