using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Computes a linear head from the features of all training images at once, without epochs; see <see cref="HeadSolvers"/> for built-in ones.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once.</remarks>
public interface IHeadSolver
{
    /// <summary>The name in logs and model files, such as "ridge".</summary>
    string Name { get; }

    /// <summary>Computes the head.</summary>
    /// <param name="problem">The features, targets and weights; borrowed and not changed.</param>
    /// <param name="cancellationToken">Cancels the computation.</param>
    /// <returns>Weights and bias whose outputs are logits, or encoded values in regression, and what was chosen.</returns>
    /// <exception cref="ArgumentException">The problem is empty, ragged, or not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    HeadSolution Solve(HeadProblem problem, CancellationToken cancellationToken = default);

    /// <summary>What makes the solver unfit for a task, found before a fit.</summary>
    /// <param name="labels">What the task's labels say of an image.</param>
    /// <param name="outputs">How many outputs the head has.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    IEnumerable<string> FindProblems(LabelKind labels, int outputs) => [];
}

/// <summary>A solver that needs only sums over the images, so that its head can learn more images, or classes, without the earlier ones.</summary>
public interface IIncrementalHeadSolver : IHeadSolver
{
    /// <summary>Whether its settings allow it: weights that depend on all images do not.</summary>
    bool IsIncremental => true;

    /// <summary>Computes the head from sums alone.</summary>
    /// <param name="statistics">The sums over all images, earlier and new ones; borrowed and not changed.</param>
    /// <param name="choice">The strength and the scale to use, as an earlier solution chose them.</param>
    /// <returns>The head that <see cref="IHeadSolver.Solve"/> computes from all images at that strength and scale, but for rounding.</returns>
    HeadSolution Solve(HeadStatistics statistics, HeadChoice choice);
}
