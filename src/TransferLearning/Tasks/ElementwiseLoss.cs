using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>The mean over all outputs of how far each is from a target of its own.</summary>
/// <param name="name">What errors call it.</param>
/// <param name="compute">The mean of outputs and targets of one shape.</param>
internal sealed class ElementwiseLoss(string name, Func<Tensor, Tensor, Tensor> compute) : ILoss
{
    public LabelKind? Labels => LabelKind.Numbers;

    /// <exception cref="ArgumentException">The shapes differ: native code would broadcast them.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        RequireTargetOfEach(this, output, targets);
        return compute(output, targets);
    }

    public override string ToString() => name;

    internal static void RequireTargetOfEach(ILoss loss, Tensor output, Tensor targets)
    {
        if (!targets.is_floating_point() || !targets.shape.AsSpan().SequenceEqual(output.shape))
        {
            throw new ArgumentException($"The {loss} takes a floating-point target for each output; "
                + $"found outputs {ShapeText.Of(output.shape)} and targets {targets.dtype} {ShapeText.Of(targets.shape)}.");
        }
    }
}

/// <summary>The mean over all outputs of the binary cross-entropy of their sigmoids, as <c>torch.nn.BCEWithLogitsLoss</c> defines it.</summary>
internal sealed class BinaryCrossEntropyLoss : ILoss
{
    private readonly float[]? _positiveWeights;
    private readonly ClassWeights? _rule;

    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0 or not finite.</exception>
    public BinaryCrossEntropyLoss(IReadOnlyList<double>? positiveWeights, ClassWeights? rule = null)
    {
        _positiveWeights = positiveWeights?.Select(weight => (float)Require.AboveZero(weight, nameof(positiveWeights))).ToArray();
        _rule = rule;
    }

    public LabelKind? Labels => LabelKind.Classes;

    public IEnumerable<string> FindProblems(int outputs)
    {
        if (_positiveWeights is not null && _positiveWeights.Length != outputs)
            yield return $"There are {_positiveWeights.Length} positive weights for {outputs} classes.";
    }

    public IEnumerable<string> FindProblems(IDatasetSource training) => _rule?.FindPositiveProblems(training) ?? [];

    public ILoss FitTo(IDatasetSource training) => _rule is null ? this : new BinaryCrossEntropyLoss(_rule.PositiveOf(training), _rule);

    /// <exception cref="ArgumentException">The shapes differ, or do not fit the weights.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        ElementwiseLoss.RequireTargetOfEach(this, output, targets);
        if (_rule is not null && _positiveWeights is null)
            throw new InvalidOperationException($"The positive weights are not known before {nameof(ILoss)}.{nameof(FitTo)} has counted the training images.");
        if (FindProblems((int)output.shape[^1]).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);

        using Tensor? weights = _positiveWeights is null ? null : tensor(_positiveWeights, device: output.device);
        return nn.functional.binary_cross_entropy_with_logits(output, targets, pos_weights: weights);
    }

    public override string ToString() => "binary cross-entropy";
}
