using TransferLearning.Data;
using TransferLearning.Internal;
using static TorchSharp.torch;

namespace TransferLearning.Tasks;

/// <summary>The class weights of a loss: given ones, those of a rule once it knows the training images, or none.</summary>
internal sealed class LossWeights
{
    private readonly float[]? _values;
    private readonly ClassWeights? _rule;

    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite.</exception>
    public LossWeights(IReadOnlyList<double>? classWeights, ClassWeights? rule = null)
    {
        _values = classWeights?.Select(weight => (float)Require.AtLeast(0, weight, nameof(classWeights))).ToArray();
        _rule = rule;
    }

    /// <summary>Whether there are classes that weigh nothing.</summary>
    public bool HasZero => _values?.Contains(0) == true;

    /// <summary>With the values of the rule; itself without one.</summary>
    public LossWeights FitTo(IDatasetSource training) => _rule is null ? this : new LossWeights(_rule.Of(training), _rule);

    public IEnumerable<string> FindProblems(IDatasetSource training) => _rule?.FindProblems(training) ?? [];

    public IEnumerable<string> FindProblems(int outputs)
    {
        if (_values is not null && _values.Length != outputs)
            yield return $"There are {_values.Length} class weights for {outputs} classes.";
    }

    /// <summary>float32 [classes], owned by the caller; null if all weights are 1.</summary>
    public Tensor? On(Device device)
    {
        if (_rule is not null && _values is null)
        {
            throw new InvalidOperationException(
                $"The class weights are not known before {nameof(ILoss)}.{nameof(ILoss.FitTo)} has counted the training images.");
        }
        return _values is null ? null : tensor(_values, device: device);
    }
}

/// <summary>Checks of the shapes that losses take: native code would broadcast them, or end the process.</summary>
internal static class LossShapes
{
    /// <summary>Whether targets are class indices rather than probabilities.</summary>
    /// <exception cref="ArgumentException">They are neither.</exception>
    public static bool AreIndices(string name, Tensor output, Tensor targets)
    {
        if (output.dim() == 2 && targets.dim() == 1 && targets.dtype == ScalarType.Int64 && output.shape[0] == targets.shape[0])
            return true;
        if (output.dim() == 2 && targets.is_floating_point() && targets.shape.AsSpan().SequenceEqual(output.shape))
            return false;
        throw new ArgumentException($"The {name} takes logits [N, classes] and targets Int64 [N], or probabilities [N, classes]; "
            + $"found {ShapeText.Of(output.shape)} and {targets.dtype} {ShapeText.Of(targets.shape)}.");
    }
}
