using TorchSharp;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Cross-entropy that cares less for what is easy (T.-Y. Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017).</summary>
public sealed class FocalLoss(double gamma) : ILoss
{
    private readonly Scalar _gamma = gamma;

    public Tensor Compute(LossContext context)
    {
        using var scope = NewDisposeScope();
        Tensor crossEntropy = nn.functional.cross_entropy(context.Output, context.Targets, reduction: nn.Reduction.None); // [N]
        Tensor doubt = crossEntropy.neg().expm1().neg(); // 1 - the true class's probability
        return (doubt.pow(_gamma) * crossEntropy).mean().MoveToOuterDisposeScope();
    }
}
