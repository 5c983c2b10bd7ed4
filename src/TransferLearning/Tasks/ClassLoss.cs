using TransferLearning.Data;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>A loss of logits [N, classes] with class indices [N] or probabilities [N, classes], which may weight classes.</summary>
/// <param name="name">What errors call it.</param>
/// <param name="weights">The weights of the classes.</param>
internal abstract class ClassLoss(string name, LossWeights weights) : ILoss
{
    public LabelKind? Labels => LabelKind.Class;

    public IEnumerable<string> FindProblems(int outputs) => weights.FindProblems(outputs);

    public IEnumerable<string> FindProblems(IDatasetSource training) => weights.FindProblems(training);

    public ILoss FitTo(IDatasetSource training)
    {
        LossWeights fitted = weights.FitTo(training);
        return fitted == weights ? this : With(fitted);
    }

    /// <exception cref="ArgumentException">The shapes do not fit one another, or the class weights.</exception>
    public Tensor Compute(LossContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (Tensor output, Tensor targets) = (context.Output, context.Targets);
        bool areIndices = LossShapes.AreIndices(name, output, targets);
        if (FindProblems((int)output.shape[1]).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);

        using var scope = NewDisposeScope();
        return Compute(output, targets, areIndices, weights.On(output.device)).MoveToOuterDisposeScope();
    }

    public override string ToString() => name;

    /// <summary>The same loss with other weights.</summary>
    protected abstract ILoss With(LossWeights weights);

    /// <summary>The mean over the images; the other tensors made here are disposed.</summary>
    /// <param name="output">[N, classes].</param>
    /// <param name="targets">int64 [N] if <paramref name="areIndices"/>, else [N, classes].</param>
    /// <param name="areIndices">Whether the targets are class indices.</param>
    /// <param name="classWeights">[classes], or null.</param>
    protected abstract Tensor Compute(Tensor output, Tensor targets, bool areIndices, Tensor? classWeights);
}
