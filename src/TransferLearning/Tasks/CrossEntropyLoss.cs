using TransferLearning.Data;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>Softmax cross-entropy, as <c>torch.nn.CrossEntropyLoss</c> defines it, of logits [N, classes] with class indices [N] or probabilities.</summary>
internal sealed class CrossEntropyLoss : ILoss
{
    private readonly double _labelSmoothing;
    private readonly LossWeights _weights;

    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1).</exception>
    public CrossEntropyLoss(double labelSmoothing, LossWeights weights)
    {
        _labelSmoothing = Require.BelowOne(labelSmoothing);
        _weights = weights;
    }

    public IEnumerable<string> FindProblems(int outputs) => _weights.FindProblems(outputs);

    public IEnumerable<string> FindProblems(IDatasetSource training) => _weights.FindProblems(training);

    public ILoss FitTo(IDatasetSource training)
    {
        LossWeights fitted = _weights.FitTo(training);
        return fitted == _weights ? this : new CrossEntropyLoss(_labelSmoothing, fitted);
    }

    /// <exception cref="ArgumentException">The shapes do not fit one another, or the class weights.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        LossShapes.AreIndices("Cross-entropy", output, targets);
        if (FindProblems((int)output.shape[1]).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);

        using Tensor? weights = _weights.On(output.device);
        return nn.functional.cross_entropy(output, targets, weights, label_smoothing: _labelSmoothing);
    }
}
