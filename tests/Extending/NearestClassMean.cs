using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace Extending;

/// <summary>Predicts the class whose mean is nearest: |features - mean|² differs between classes by a linear function of the features.</summary>
public sealed class NearestClassMean : IIncrementalHeadSolver
{
    public string Name => "nearest-mean";

    public IEnumerable<string> FindProblems(LabelKind labels, int outputs) =>
        labels == LabelKind.Class ? [] : [$"The nearest mean needs {LabelKind.Class}; the targets are {labels}."];

    public HeadSolution Solve(HeadProblem problem, CancellationToken cancellationToken = default) =>
        Solve(HeadStatistics.Of(problem), new HeadChoice { Solver = Name });

    public HeadSolution Solve(HeadStatistics statistics, HeadChoice choice)
    {
        double[][] means = [.. statistics.CrossMoments.Zip(statistics.TargetSums, (sums, count) => sums.Select(sum => sum / Math.Max(count, 1)).ToArray())];
        return new HeadSolution { Weights = means, Bias = [.. means.Select(mean => -mean.Sum(value => value * value) / 2)], Choice = choice };
    }
}
