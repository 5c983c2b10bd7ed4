using TorchSharp;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Softmax cross-entropy, as <c>torch.nn.CrossEntropyLoss</c> defines it, of logits [N, classes] with class indices [N] or probabilities.</summary>
/// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1).</exception>
internal sealed class CrossEntropyLoss(double labelSmoothing, LossWeights weights) : ClassLoss("cross-entropy", weights)
{
    private static readonly Scalar _zero = 0;
    private readonly double _labelSmoothing = Require.BelowOne(labelSmoothing);
    private readonly bool _mayWeighNothing = weights.HasZero;

    protected override ILoss With(LossWeights weights) => new CrossEntropyLoss(_labelSmoothing, weights);

    // PyTorch divides by the sum of the images' weights: 0 by 0, where all are of classes that weigh nothing.
    protected override Tensor Compute(Tensor output, Tensor targets, bool areIndices, Tensor? classWeights) =>
        areIndices && _mayWeighNothing && classWeights!.gather(0, targets).sum().item<float>() == 0
            ? output.sum().mul(_zero)
            : nn.functional.cross_entropy(output, targets, classWeights, label_smoothing: _labelSmoothing);
}
