using TorchSharp;
using TransferLearning.Metrics;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Generalized cross-entropy (Zhang and Sabuncu, 2018): (1 - p^q) / q, between cross-entropy (q near 0) and the absolute error (q = 1), which wrong labels
/// mislead less.</summary>
public sealed class GeneralizedCrossEntropy(double q) : ILoss
{
    private readonly Scalar _q = q;
    private readonly Scalar _share = -1 / q;

    public LabelKind? Labels => LabelKind.Class;

    public Tensor Compute(LossContext context)
    {
        using var scope = NewDisposeScope();
        Tensor crossEntropy = nn.functional.cross_entropy(context.Output, context.Targets, reduction: nn.Reduction.None); // [N], -log p
        Tensor power = crossEntropy.neg().mul(_q).expm1(); // p^q - 1
        return power.mul(_share).mean().MoveToOuterDisposeScope();
    }
}
