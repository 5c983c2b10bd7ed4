using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>Sums over images, from which ridge and LDA heads are computed: more images add to them. Immutable: nobody changes the arrays.</summary>
/// <remarks>For one class per image, <see cref="TargetSums"/> are the classes' counts and <see cref="CrossMoments"/> the sums of their features.</remarks>
public sealed record HeadStatistics
{
    /// <summary>What the targets are.</summary>
    public required LabelKind Labels { get; init; }

    /// <summary>The number of images or, weighted, the sum of their weights.</summary>
    public required double Count { get; init; }

    /// <summary>The sum of the features: [features].</summary>
    public required double[] FeatureSums { get; init; }

    /// <summary>The sum of the products of each feature with each: [features][features].</summary>
    public required double[][] SecondMoments { get; init; }

    /// <summary>The sum of the targets: [outputs].</summary>
    public required double[] TargetSums { get; init; }

    /// <summary>The sum of each target times the features: [outputs][features].</summary>
    public required double[][] CrossMoments { get; init; }

    /// <summary>How the features were computed.</summary>
    internal HeadKey? Key { get; init; }

    /// <summary>The sums over the rows of a problem.</summary>
    /// <param name="problem">The features, targets and weights.</param>
    /// <exception cref="ArgumentException">The problem is empty, ragged, or not finite.</exception>
    public static HeadStatistics Of(HeadProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        problem.Check();
        double[] weights = problem.Weights;
        int features = problem.FeatureCount;
        using var scaled = new NativeMatrix([.. problem.Features.Select((row, index) => Times(row, Math.Sqrt(weights[index])))], features);
        using var plain = new NativeMatrix(problem.Features, features);
        double[][] targets = [.. problem.Targets.Select((row, index) => Times(row, weights[index]))];
        return new HeadStatistics
        {
            Labels = problem.Labels,
            Count = weights.Sum(),
            FeatureSums = plain.Sums(Array.ConvertAll(weights, weight => new[] { weight }), 1)[0],
            SecondMoments = scaled.Gram(),
            TargetSums = [.. Enumerable.Range(0, problem.OutputCount).Select(output => targets.Sum(row => row[output]))],
            CrossMoments = plain.Sums(targets, problem.OutputCount),
        };
    }

    /// <summary>The sums over both.</summary>
    internal HeadStatistics Plus(HeadStatistics other) => this with
    {
        Count = Count + other.Count,
        FeatureSums = Add(FeatureSums, other.FeatureSums),
        SecondMoments = [.. SecondMoments.Zip(other.SecondMoments, Add)],
        TargetSums = Add(TargetSums, other.TargetSums),
        CrossMoments = [.. CrossMoments.Zip(other.CrossMoments, Add)],
    };

    /// <summary>The same sums with outputs in another order, and new ones that no image had.</summary>
    /// <param name="positions">For each output, its position here, or below 0.</param>
    internal HeadStatistics WithOutputs(int[] positions) => this with
    {
        TargetSums = Array.ConvertAll(positions, position => position < 0 ? 0 : TargetSums[position]),
        CrossMoments = Array.ConvertAll(positions, position => position < 0 ? new double[FeatureSums.Length] : CrossMoments[position]),
    };

    /// <summary>The mean of the features.</summary>
    internal double[] Mean() => Times(FeatureSums, 1 / Count);

    /// <summary>The second moments around the mean.</summary>
    internal double[][] Scatter() => [.. SecondMoments.Select((row, index) => Subtract(row, FeatureSums[index] / Count, FeatureSums))];

    /// <summary>The cross moments around both means.</summary>
    internal double[][] CenteredProducts() => [.. CrossMoments.Select((row, output) => Subtract(row, TargetSums[output] / Count, FeatureSums))];

    private static double[] Times(double[] row, double factor) => Array.ConvertAll(row, value => value * factor);

    private static double[] Add(double[] first, double[] second) => [.. first.Zip(second, (one, other) => one + other)];

    private static double[] Subtract(double[] row, double factor, double[] other)
    {
        double[] difference = new double[row.Length];
        for (int index = 0; index < row.Length; index++)
            difference[index] = row[index] - factor * other[index];
        return difference;
    }
}
