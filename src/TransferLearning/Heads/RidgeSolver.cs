using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Ridge regression on encoded targets; see <see cref="HeadSolvers.Ridge"/>.</summary>
/// <remarks>
/// It minimizes the weighted sum of |targets - outputs|² + strength |weights|²; the bias is not penalized. All strengths come from one eigendecomposition,
/// and leaving out each image from h, its leverage: target - (target - output) / (1 - h). A. E. Hoerl and R. W. Kennard, "Ridge Regression", 1970; G. Golub,
/// M. Heath and G. Wahba, "Generalized Cross-Validation", 1979; R. Rifkin and R. Lippert, "Notes on Regularized Least Squares", 2007.
/// </remarks>
public sealed record RidgeSolver : HeadSolver, IIncrementalHeadSolver
{
    private const int StrengthsPerDecade = 4;
    private const int LowestDecade = -4;
    private const int HighestDecade = 3;
    private const double LeastFreedom = 1e-10;

    internal RidgeSolver()
    {
    }

    /// <inheritdoc/>
    public override string Name => "ridge";

    /// <summary>How the strength is chosen; by the mean squared error. Where images have several views, by <see cref="StrengthChoice.Folds"/>.</summary>
    /// <value><see cref="StrengthChoice.LeaveOneOut"/> by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is undefined.</exception>
    public StrengthChoice ChooseBy { get; init => field = Require.Defined(value); } = StrengthChoice.LeaveOneOut;

    /// <inheritdoc/>
    public bool IsIncremental => HasNoWeights;

    /// <inheritdoc/>
    public override IEnumerable<string> FindProblems(LabelKind labels, int outputs)
    {
        IEnumerable<string> own = labels == LabelKind.Classes && (Balanced || ClassWeights is not null)
            ? [$"Ridge weighs images, not labels, so it takes no class weights for several labels per image; "
                + $"use {nameof(HeadSolvers)}.{nameof(HeadSolvers.Logistic)} or {nameof(SampleWeight)}."]
            : [];
        return base.FindProblems(labels, outputs).Concat(own);
    }

    /// <inheritdoc/>
    public HeadSolution Solve(HeadStatistics statistics, HeadChoice choice)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(choice);
        double strength = choice.Strength ?? throw new ArgumentException("Ridge needs the strength that was chosen.", nameof(choice));
        double[] mean = statistics.Mean();
        double[][] products = statistics.CenteredProducts(); // [outputs][features]
        (double[] variances, double[][] axes) = NativeMatrix.Eigen(statistics.Scatter());
        using var matrix = new NativeMatrix(axes, mean.Length);
        double[][] along = matrix.Times(products); // [axes][outputs]
        for (int axis = 0; axis < axes.Length; axis++)
            along[axis] = Array.ConvertAll(along[axis], value => value / (Math.Max(0, variances[axis]) + strength));
        double[][] weights = matrix.Sums(along, products.Length);
        double[] bias = [.. weights.Select((row, output) => statistics.TargetSums[output] / statistics.Count - NativeMatrix.Dot(row, mean))];
        LinearMap head = new LinearMap(weights, bias).Scaled(choice.Scale, OriginFor(statistics.Labels));
        return new HeadSolution { Weights = head.Weights, Bias = head.Bias, Choice = choice with { Solver = Name, Score = null } };
    }

    private protected override bool LeavesOneOut => ChooseBy != StrengthChoice.Folds;

    // A label is predicted where its output is nearer to 1 than to 0.
    private protected override double OriginFor(LabelKind labels) => labels == LabelKind.Classes ? 0.5 : 0;

    private protected override IReadOnlyList<double> Range(HeadData data, double[] variances, CancellationToken cancellationToken)
    {
        double mean = variances.Length > 0 ? variances.Average() : 1;
        return [.. Enumerable.Range(0, (HighestDecade - LowestDecade) * StrengthsPerDecade + 1)
            .Select(step => mean * Math.Pow(10, LowestDecade + (double)step / StrengthsPerDecade))];
    }

    private protected override double ScoreOf(HeadData data, double[]?[] outputs) => HeadScale.SquaredError(data, outputs);

    private protected override IEnumerable<LinearMap> FitAll(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        PrincipalFeatures principal = PrincipalFeatures.Of(data.Features, data.Weights, cancellationToken);
        using HeadData rotated = data.With(principal.Coordinates);
        (double[][] products, double[] means) = ProductsOf(rotated);
        foreach (double strength in strengths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return principal.ToFeatures(Head(products, means, principal.Variances, strength));
        }
    }

    private protected override IEnumerable<double[]?[]> LeaveOneOut(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        double[] variances = VariancesOf(data);
        double[] ofClasses = data.OutputWeights();
        (double[][] products, double[] means) = ProductsOf(data);
        foreach (double strength in strengths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LinearMap head = Head(products, means, variances, strength);
            double[][] fitted = data.Matrix.Times(head.Weights);
            double[] shrunk = Array.ConvertAll(variances, variance => 1 / (variance + strength));
            yield return [.. fitted.Select((row, index) =>
            {
                double weight = data.Weights[index];
                double alike = data.Labels == LabelKind.Class ? ofClasses[data.ClassOf(index)] : data.TotalWeight;
                if (alike - weight <= LeastFreedom * alike)
                    return null; // no head is without it, or none that knows its class
                double leverage = weight * (1 / data.TotalWeight + SumOfSquares(data.Features[index], shrunk));
                double freedom = Math.Max(LeastFreedom, 1 - leverage);
                return row.Select((value, output) =>
                {
                    double target = data.Targets[index][output];
                    return target - (target - value - means[output]) / freedom;
                }).ToArray();
            })];
        }
    }

    private protected override double?[]? ScoresOf(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        if (ChooseBy != StrengthChoice.GeneralizedCrossValidation || data.HasViews)     // views of an image are left out together
            return null;
        double[] variances = VariancesOf(data);
        (double[][] products, double[] means) = ProductsOf(data);
        double total = 0;
        for (int row = 0; row < data.Targets.Length; row++)
            total += data.Weights[row] * data.Targets[row].Select((target, output) => (target - means[output]) * (target - means[output])).Sum();
        return [.. strengths.Select(strength => (double?)Score(strength))];

        double Score(double strength)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double residual, double freedom) = (total, data.TotalWeight - 1);
            for (int axis = 0; axis < variances.Length; axis++)
            {
                double damped = variances[axis] + strength;
                freedom -= variances[axis] / damped;
                residual -= products.Sum(output => output[axis] * output[axis]) * (damped + strength) / (damped * damped);
            }
            double share = freedom / data.TotalWeight;
            return share <= LeastFreedom ? double.PositiveInfinity : Math.Max(0, residual) / data.TotalWeight / data.OutputCount / (share * share);
        }
    }

    private static LinearMap Head(double[][] products, double[] means, double[] variances, double strength) => new(
        Array.ConvertAll(products, output => output.Select((value, axis) => value / (variances[axis] + strength)).ToArray()), means);

    // Of rotated data, whose weighted mean is 0.
    private static (double[][] Products, double[] Means) ProductsOf(HeadData data)
    {
        double[] means = Array.ConvertAll(data.OutputWeights(), sum => sum / data.TotalWeight);
        double[][] weighted =
        [
            .. data.Targets.Select((row, index) => row.Select((target, output) => data.Weights[index] * (target - means[output])).ToArray()),
        ];
        return (data.Matrix.Sums(weighted, data.OutputCount), means);
    }

    private static double[] VariancesOf(HeadData data)
    {
        double[] variances = new double[data.Features[0].Length];
        for (int row = 0; row < data.Features.Length; row++)
        {
            for (int axis = 0; axis < variances.Length; axis++)
                variances[axis] += data.Weights[row] * data.Features[row][axis] * data.Features[row][axis];
        }
        return variances;
    }

    private static double SumOfSquares(double[] row, double[] factors)
    {
        double sum = 0;
        for (int axis = 0; axis < row.Length; axis++)
            sum += row[axis] * row[axis] * factors[axis];
        return sum;
    }
}

/// <summary>How a solver chooses the strength of its regularization.</summary>
public enum StrengthChoice
{
    /// <summary>By the images left out one after another, exactly, in closed form; but for the only image of a class.</summary>
    LeaveOneOut,

    /// <summary>By the residual over the squared degrees of freedom that are left; weights count as numbers of copies.</summary>
    GeneralizedCrossValidation,

    /// <summary>By parts of the images left out one after another, each class spread evenly.</summary>
    Folds,
}
