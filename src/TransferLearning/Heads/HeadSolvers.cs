using TransferLearning.Heads;

namespace TransferLearning;

/// <summary>The built-in solvers of linear heads; any <see cref="IHeadSolver"/> serves as well.</summary>
/// <remarks>Each method returns settings; use <c>with</c> for the others, such as <see cref="HeadSolver.Balanced"/>.</remarks>
public static class HeadSolvers
{
    /// <summary>Ridge regression on classes, labels or values: the fastest, and the most reliable where images are few.</summary>
    /// <param name="strengths">The strengths among which one is chosen, in units of the squared features; none: a wide range that suits them.</param>
    public static RidgeSolver Ridge(params IReadOnlyList<double> strengths) => new() { Strengths = OrNull(strengths) };

    /// <summary>Linear discriminant analysis with a shrunk covariance: can be better than ridge where classes differ widely.</summary>
    /// <param name="shrinkages">Those among which one is chosen by leave-one-out, from 0 to 1; none: Ledoit and Wolf's.</param>
    public static LdaSolver ShrinkageLda(params IReadOnlyList<double> shrinkages) => new() { Strengths = OrNull(shrinkages) };

    /// <summary>Logistic regression: what training the head in epochs converges to, with its weight decay chosen on folds.</summary>
    /// <param name="strengths">The strengths among which one is chosen, scikit-learn's 1 / C; none: a wide range that suits the features.</param>
    public static LogisticSolver Logistic(params IReadOnlyList<double> strengths) => new() { Strengths = OrNull(strengths) };

    /// <summary>The solvers that every model file may name.</summary>
    internal static IReadOnlyList<IIncrementalHeadSolver> Incremental { get; } = [Ridge(), ShrinkageLda()];

    private static IReadOnlyList<double>? OrNull(IReadOnlyList<double> strengths)
    {
        ArgumentNullException.ThrowIfNull(strengths);
        return strengths.Count == 0 ? null : strengths;
    }
}
