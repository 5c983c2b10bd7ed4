using TransferLearning.Data;
using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>What the built-in solvers have in common: weights, the choice of the strength on images left out, and calibration. Immutable.</summary>
public abstract record HeadSolver : IHeadSolver
{
    private protected HeadSolver()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The strengths among which one is chosen; a single one is used as it is.</summary>
    /// <value>Null by default: a range that suits the scale of the features.</value>
    /// <exception cref="ArgumentException">There is none.</exception>
    public IReadOnlyList<double>? Strengths
    {
        get;
        init => field = value is not { Count: 0 }
            ? value
            : throw new ArgumentException("Give at least one strength, or null to have it chosen.", nameof(Strengths));
    }

    /// <summary>How much the images of each class count, in the order of the classes; of several labels, how much the presence of each does.</summary>
    /// <value>Null by default: all the same.</value>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>Whether all classes count the same, however many images each has; instead of <see cref="ClassWeights"/>.</summary>
    public bool Balanced { get; init; }

    /// <summary>How much an image counts.</summary>
    /// <value>Null by default: all 1.</value>
    public Func<Sample, double>? SampleWeight { get; init; }

    /// <summary>The number of parts of which each is left out once, where the strength or the scale is chosen so.</summary>
    /// <value>At least 2; 5 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int Folds { get; init => field = Require.AtLeast(2, value); } = 5;

    /// <summary>The factor by which outputs become logits; for classes only.</summary>
    /// <value>Null by default: chosen so that the log-loss of images left out is least, which changes no prediction but its probabilities; 1 for logistic
    /// regression.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double? Scale { get; init => field = value is double scale ? Require.AboveZero(scale, nameof(Scale)) : null; }

    /// <inheritdoc/>
    public virtual IEnumerable<string> FindProblems(LabelKind labels, int outputs)
    {
        if (Balanced && ClassWeights is not null)
            yield return $"The head has both {nameof(ClassWeights)} and {nameof(Balanced)}; give one of them.";
        if (ClassWeights is not null && ClassWeights.Count != outputs)
            yield return $"There are {ClassWeights.Count} class weights for {outputs} outputs.";
        foreach ((int index, double weight) in (ClassWeights ?? []).Index().Where(entry => !double.IsFinite(entry.Item) || entry.Item < 0))
            yield return FormattableString.Invariant($"A class weight must be finite and at least 0; that of output {index} is {weight}.");
        bool areClasses = labels == LabelKind.Class || labels == LabelKind.Classes;
        if ((Balanced || ClassWeights is not null) && !areClasses)
            yield return $"Class weights need classes; the targets are {labels}.";
        if (Scale is not null and not 1 && !areClasses)
            yield return $"A {nameof(Scale)} makes logits of outputs, for classes; the targets are {labels}.";
        if (Strengths?.Any(strength => !IsStrength(strength)) == true)
            yield return $"A strength of '{Name}' must be {StrengthRange}; found {NumbersText.Of(Strengths)}.";
    }

    /// <inheritdoc/>
    public HeadSolution Solve(HeadProblem problem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        problem.Check();
        if (FindProblems(problem.Labels, problem.OutputCount).FirstOrDefault() is { } unfit)
            throw new ArgumentException(unfit, nameof(problem));

        double[] weights = WeightsOf(problem);
        if (weights.Sum() <= 0)
            throw new ArgumentException("The weights of all images are 0; at least one must be above 0.", nameof(problem));
        PrincipalFeatures principal = PrincipalFeatures.Of(problem.Features, weights, cancellationToken);
        using var data = new HeadData(principal.Coordinates, problem, weights, LabelWeightsOf(problem, weights));
        (LinearMap head, HeadChoice choice) = Choose(data, Strengths ?? Range(data, principal.Variances, cancellationToken), cancellationToken);
        LinearMap onFeatures = principal.ToFeatures(head);
        return new HeadSolution { Weights = onFeatures.Weights, Bias = onFeatures.Bias, Choice = choice };
    }

    /// <summary>The weight of each row: its own, its sample's and its class's.</summary>
    private double[] WeightsOf(HeadProblem problem)
    {
        double[] weights = [.. problem.Weights];
        if (SampleWeight is not null)
        {
            if (problem.Samples.Count == 0)
                throw new ArgumentException($"{nameof(SampleWeight)} needs the problem's {nameof(HeadProblem.Samples)}, which are absent.", nameof(problem));
            for (int row = 0; row < weights.Length; row++)
                weights[row] *= Require.AtLeast(0, SampleWeight(problem.Samples[row]), nameof(SampleWeight));
        }
        if (problem.Labels != LabelKind.Class || !(Balanced || ClassWeights is not null))
            return weights;

        int[] classes = Array.ConvertAll(problem.Targets, row => Array.IndexOf(row, 1.0));
        double[] totals = new double[problem.OutputCount];
        for (int row = 0; row < weights.Length; row++)
            totals[classes[row]] += weights[row];
        IReadOnlyList<double> factors = Balanced ? TransferLearning.ClassWeights.BalancedBy(totals) : ClassWeights!;
        return [.. weights.Select((weight, row) => weight * factors[classes[row]])];
    }

    // A file does not hold them, so they would be lost when the head learns more images.
    private protected bool HasNoWeights => !Balanced && ClassWeights is null && SampleWeight is null;

    private protected virtual bool Calibrates => true;

    private protected virtual bool LeavesOneOut => false;

    private protected virtual string StrengthRange => "a finite number above 0";

    /// <summary>What is subtracted from outputs before they are scaled.</summary>
    private protected virtual double OriginFor(LabelKind labels) => 0;

    private protected virtual bool IsStrength(double strength) => double.IsFinite(strength) && strength > 0;

    private protected abstract IReadOnlyList<double> Range(HeadData data, double[] variances, CancellationToken cancellationToken);

    /// <summary>One head for each strength.</summary>
    private protected abstract IEnumerable<LinearMap> FitAll(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken);

    /// <summary>The outputs for each row of the head without it, for one strength after the other; null where there is no such head.</summary>
    private protected virtual IEnumerable<double[]?[]> LeaveOneOut(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken) => [];

    private protected virtual double ScoreOf(HeadData data, double[]?[] outputs) => HeadScale.LogLoss(data, outputs, 1).Loss;

    /// <summary>A score for each strength that needs no outputs of images left out; null if there is none.</summary>
    private protected virtual double?[]? ScoresOf(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken) => null;

    private (LinearMap, HeadChoice) Choose(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        bool isScaled = Calibrates && Scale is null && (data.Labels == LabelKind.Class || data.Labels == LabelKind.Classes);
        double origin = OriginFor(data.Labels);
        double?[]? scores = strengths.Count > 1 ? ScoresOf(data, strengths, cancellationToken) : null;
        if (scores is null && (strengths.Count > 1 || isScaled))
            scores = [.. LeftOut(data, strengths, cancellationToken).Select(outputs => IsAny(outputs) ? ScoreOf(data, outputs) : (double?)null)];

        int best = 0;
        for (int index = 1; index < strengths.Count; index++)
        {
            bool isEqual = scores![index] == scores[best];
            if (scores[index] < scores[best] || isEqual && strengths[index] > strengths[best])
                best = index;
        }
        double strength = strengths[best];
        double scale = Scale ?? 1;
        if (isScaled)
            scale = HeadScale.Of(data, [.. LeftOut(data, [strength], cancellationToken).Single().Select(row => Shifted(row, origin))]);
        LinearMap head = FitAll(data, [strength], cancellationToken).Single();
        var choice = new HeadChoice { Solver = Name, Strength = strength, Score = scores?[best], Scale = scale };
        return (scale == 1 && origin == 0 ? head : head.Scaled(scale, origin), choice);
    }

    // The outputs for rows that their head had not seen, for one strength after the other.
    private IEnumerable<double[]?[]> LeftOut(HeadData data, IReadOnlyList<double> strengths, CancellationToken cancellationToken)
    {
        if (LeavesOneOut && !data.HasViews)
            return LeaveOneOut(data, strengths, cancellationToken);
        double[]?[][] outputs = [.. strengths.Select(_ => new double[]?[data.Features.Length])];
        int[][] folds = data.Folds(Folds);
        foreach (int[] left in folds.Length > 1 ? folds : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            using HeadData others = data.Subset([.. Enumerable.Range(0, data.Features.Length).Except(left)]);
            foreach ((int index, LinearMap head) in FitAll(others, strengths, cancellationToken).Index())
            {
                foreach (int row in left)
                    outputs[index][row] = head.Apply(data.Features[row]);
            }
        }
        return outputs;
    }

    private double[]? LabelWeightsOf(HeadProblem problem, double[] weights)
    {
        if (problem.Labels != LabelKind.Classes || !(Balanced || ClassWeights is not null))
            return null;
        double total = weights.Sum();
        return [.. Enumerable.Range(0, problem.OutputCount).Select(output =>
        {
            double present = problem.Targets.Zip(weights, (row, weight) => weight * row[output]).Sum();
            return !Balanced ? ClassWeights![output] : present > 0 && present < total ? (total - present) / present : 1;
        })];
    }

    private static bool IsAny(double[]?[] outputs) => Array.Exists(outputs, row => row is not null);

    private static double[]? Shifted(double[]? row, double origin) => row is null || origin == 0 ? row : Array.ConvertAll(row, value => value - origin);
}
