using System.Globalization;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Linear discriminant analysis with a shrunk covariance; see <see cref="HeadSolvers.ShrinkageLda"/>.</summary>
/// <remarks>
/// Each class is a normal distribution around its mean, all of one covariance within classes, which is drawn towards its mean variance: S (1 - shrinkage) +
/// I tr(S) / features x shrinkage. R. A. Fisher, 1936; J. H. Friedman, "Regularized Discriminant Analysis", 1989. The strengths are shrinkages.
/// </remarks>
public sealed record LdaSolver : HeadSolver, IIncrementalHeadSolver
{
    internal LdaSolver()
    {
    }

    /// <inheritdoc/>
    public override string Name => "lda";

    /// <summary>The probability of each class before an image is seen, in the order of the classes.</summary>
    /// <value>Null by default: the classes' shares of the training images.</value>
    public IReadOnlyList<double>? Priors { get; init; }

    /// <inheritdoc/>
    public bool IsIncremental => HasNoWeights && Priors is null;

    /// <inheritdoc/>
    public override IEnumerable<string> FindProblems(LabelKind labels, int outputs)
    {
        if (labels != LabelKind.Class)
            return [$"Discriminant analysis learns one class per image; the targets are {labels}. Use {nameof(HeadSolvers)}.{nameof(HeadSolvers.Ridge)}."];
        IEnumerable<string> own = Priors is not null && (Priors.Count != outputs || Priors.Any(prior => !(prior > 0) || !double.IsFinite(prior)))
            ? [$"There must be a finite prior above 0 for each of the {outputs} classes; found {string.Join(", ", Priors.Select(Text))}."]
            : [];
        return base.FindProblems(labels, outputs).Concat(own);

        static string Text(double prior) => prior.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public HeadSolution Solve(HeadStatistics statistics, HeadChoice choice)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(choice);
        double shrinkage = choice.Strength ?? throw new ArgumentException("Discriminant analysis needs the shrinkage that was chosen.", nameof(choice));
        if (!IsStrength(shrinkage))
            throw new ArgumentException(FormattableString.Invariant($"The strength must be {StrengthRange}; it is {shrinkage}."), nameof(choice));
        if (FindProblems(statistics.Labels, statistics.TargetSums.Length).FirstOrDefault() is { } unfit)
            throw new ArgumentException(unfit, nameof(statistics));

        double[] mean = statistics.Mean();
        double[][] means = [.. statistics.CrossMoments.Select((sums, index) =>
        {
            double count = statistics.TargetSums[index];
            return sums.Select((sum, feature) => count > 0 ? sum / count - mean[feature] : 0).ToArray();
        })];
        double[][] covariance = Array.ConvertAll(statistics.Scatter(), row => Array.ConvertAll(row, value => value / statistics.Count));
        double[][] between = [.. means.Select((row, index) => Times(row, Math.Sqrt(statistics.TargetSums[index] / statistics.Count)))];
        using (var matrix = new NativeMatrix(between, mean.Length))
            covariance = [.. covariance.Zip(matrix.Gram(), (row, other) => row.Zip(other, (all, part) => all - part).ToArray())];
        LinearMap centered = new LdaModel(covariance, means, statistics.TargetSums, Priors, mean.Length).Head(shrinkage);
        LinearMap head = new LinearMap(
            centered.Weights, [.. centered.Bias.Select((bias, index) => bias - NativeMatrix.Dot(centered.Weights[index], mean))]).Scaled(choice.Scale, 0);
        return new HeadSolution { Weights = head.Weights, Bias = head.Bias, Choice = choice with { Solver = Name, Score = null } };
    }

    private protected override bool LeavesOneOut => true;

    private protected override string StrengthRange => "a shrinkage from 0 to 1";

    private protected override bool IsStrength(double strength) => strength is >= 0 and <= 1;

    private protected override IReadOnlyList<double> Range(HeadData data, double[] variances, CancellationToken cancellationToken) =>
        [LdaModel.Of(data, Priors, cancellationToken).LedoitWolf(data)];

    // The scale is chosen afterwards, so it should not decide on the shrinkage.
    private protected override double ScoreOf(HeadData data, double[]?[] outputs) =>
        HeadScale.LogLoss(data, outputs, Scale ?? HeadScale.Of(data, outputs)).Loss;

    private protected override IEnumerable<LinearMap> FitAll(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        double[] mean = PrincipalFeatures.MeanOf(data.Features, data.Weights);
        using HeadData centered = data.With(Array.ConvertAll(data.Features, row => row.Select((value, axis) => value - mean[axis]).ToArray()));
        LdaModel model = LdaModel.Of(centered, Priors, cancellationToken);
        foreach (double strength in strengths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LinearMap head = model.Head(strength);
            yield return head with { Bias = [.. head.Bias.Select((bias, index) => bias - NativeMatrix.Dot(head.Weights[index], mean))] };
        }
    }

    private protected override IEnumerable<double[]?[]> LeaveOneOut(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        LdaModel model = LdaModel.Of(data, Priors, cancellationToken);
        foreach (double strength in strengths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return model.LeaveOneOut(data, strength, estimatesPriors: Priors is null);
        }
    }

    private static double[] Times(double[] row, double factor) => Array.ConvertAll(row, value => value * factor);
}
