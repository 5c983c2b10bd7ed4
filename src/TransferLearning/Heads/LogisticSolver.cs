using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Logistic regression, multinomial or for each label; see <see cref="HeadSolvers.Logistic"/>.</summary>
/// <remarks>
/// It minimizes the weighted sum of the log-losses + strength / 2 |weights|², as scikit-learn does with C = 1 / strength; the bias is not penalized. L-BFGS
/// from the solution of the next greater strength ends where the gradient is a millionth of what it is at zero, in the metric of the second derivatives.
/// </remarks>
public sealed record LogisticSolver : HeadSolver
{
    private const double Tolerance = 1e-6;
    private const double Unconverged = 1e-3;
    private const int MostSteps = 1000;
    private const int StrengthsPerDecade = 2;
    private const int LowestDecade = -4;
    private const int HighestDecade = 1;

    internal LogisticSolver()
    {
    }

    /// <inheritdoc/>
    public override string Name => "logistic";

    /// <inheritdoc/>
    public override IEnumerable<string> FindProblems(LabelKind labels, int outputs) => labels == LabelKind.Class || labels == LabelKind.Classes
        ? base.FindProblems(labels, outputs)
        : [$"Logistic regression learns classes; the targets are {labels}. Use {nameof(HeadSolvers)}.{nameof(HeadSolvers.Ridge)}."];

    private protected override bool Calibrates => false;

    private protected override IReadOnlyList<double> Range(HeadData data, double[] variances, CancellationToken cancellationToken)
    {
        double mean = variances.Length > 0 ? variances.Average() : 1;
        return [.. Enumerable.Range(0, (HighestDecade - LowestDecade) * StrengthsPerDecade + 1)
            .Select(step => mean * Math.Pow(10, HighestDecade - (double)step / StrengthsPerDecade))];
    }

    private protected override IEnumerable<LinearMap> FitAll(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        var loss = new LogisticLoss(data);
        double[] parameters = loss.Zero();
        double first = loss.GradientLength(strengths[0]);
        LinearMap[] heads = new LinearMap[strengths.Count];
        foreach (int index in Enumerable.Range(0, strengths.Count).OrderByDescending(index => strengths[index]))
        {
            double strength = strengths[index];
            (parameters, double gradient) = Lbfgs.Minimize(Evaluate, parameters, loss.InverseCurvature(strength), Tolerance * first, MostSteps);
            if (strengths.Count == 1 && !(gradient <= Unconverged * first)) // else the images left out decide
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Logistic regression did not converge at the strength {strength}; use greater strengths than that."));
            }
            heads[index] = loss.HeadOf(parameters);

            double Evaluate(double[] point, double[] slopes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return loss.Evaluate(point, strength, slopes);
            }
        }
        return heads;
    }
}
