using TorchSharp;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>The focal loss of logits [N, classes] with class indices [N] or probabilities [N, classes]: the mean of -w (1 - p)^gamma log p, where p is the
/// softmax's probability of the true class.</summary>
/// <remarks>T.-Y. Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017. Probabilities weight the terms of their classes.</remarks>
/// <exception cref="ArgumentOutOfRangeException">Gamma is negative or not finite.</exception>
internal sealed class FocalLoss(double gamma, LossWeights weights) : ClassLoss("focal loss", weights)
{
    private static readonly Scalar _leastDoubt = 1e-12; // the derivative of a power below 1 has no value at 0
    private readonly double _gamma = Require.AtLeast(0, gamma);

    protected override ILoss With(LossWeights weights) => new FocalLoss(_gamma, weights);

    protected override Tensor Compute(Tensor output, Tensor targets, bool areIndices, Tensor? classWeights)
    {
        using Scalar power = _gamma;
        Tensor logarithms = nn.functional.log_softmax(output, 1);                                          // [N, classes]
        Tensor terms = logarithms.expm1().neg().clamp_min(_leastDoubt).pow(power).mul(logarithms);
        if (classWeights is not null)
            terms = terms.mul(classWeights);
        Tensor chosen = areIndices ? terms.gather(1, targets.unsqueeze(1)) : terms.mul(targets).sum(1);
        return chosen.mean().neg();
    }
}

/// <summary>The focal loss of each output by itself, with targets from 0 to 1: the mean of -alpha t (1 - p)^gamma log p -
/// (1 - alpha) (1 - t) p^gamma log(1 - p), where p is the sigmoid; for targets of 0 and 1, torchvision's <c>sigmoid_focal_loss</c>.</summary>
internal sealed class BinaryFocalLoss : ILoss
{
    private static readonly Scalar _one = 1;
    private readonly double _gamma;
    private readonly double? _alpha;

    /// <exception cref="ArgumentOutOfRangeException">Gamma is negative or not finite, or alpha lies outside [0, 1].</exception>
    public BinaryFocalLoss(double gamma, double? alpha)
    {
        _gamma = Require.AtLeast(0, gamma);
        _alpha = alpha is { } share ? Require.Between(0, 1, share, nameof(alpha)) : null;
    }

    public LabelKind? Labels => LabelKind.Classes;

    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        ElementwiseLoss.RequireTargetOfEach(this, output, targets);

        using var scope = NewDisposeScope();
        using Scalar gamma = _gamma;
        using Scalar positiveShare = _alpha ?? 1;
        using Scalar negativeShare = 1 - _alpha ?? 1;
        Tensor positive = nn.functional.logsigmoid(output);        // log p
        Tensor negative = nn.functional.logsigmoid(output.neg());  // log(1 - p)
        Tensor present = targets.mul(positiveShare);
        Tensor absent = targets.neg().add(_one, _one).mul(negativeShare);
        Tensor terms = present.mul(negative.mul(gamma).exp()).mul(positive).add(absent.mul(positive.mul(gamma).exp()).mul(negative), _one);
        return terms.mean().neg().MoveToOuterDisposeScope();
    }

    public override string ToString() => "binary focal loss";
}
