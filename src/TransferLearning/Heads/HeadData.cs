using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Randomness;

namespace TransferLearning.Heads;

/// <summary>A checked problem in principal coordinates. Owns its matrix.</summary>
/// <param name="features">[rows][axes].</param>
/// <param name="problem">Where the features come from.</param>
/// <param name="weights">[rows].</param>
/// <param name="labelWeights">How much the presence of a label counts, [outputs]; null for 1.</param>
internal sealed class HeadData(double[][] features, HeadProblem problem, double[] weights, double[]? labelWeights) : IDisposable
{
    private readonly Lazy<NativeMatrix> _matrix = new(() => new NativeMatrix(features, features[0].Length));
    private int[]? _images = problem.Images; // of each row

    public double[][] Features { get; } = features;

    public double[][] Targets { get; private init; } = problem.Targets;

    public double[] Weights { get; } = weights;

    public double TotalWeight { get; } = weights.Sum();

    public LabelKind Labels => problem.Labels;

    public int OutputCount => problem.OutputCount;

    /// <summary>The number of features before the rotation.</summary>
    public int FeatureCount => problem.FeatureCount;

    /// <summary>The features as a matrix; borrowed.</summary>
    public NativeMatrix Matrix => _matrix.Value;

    public bool HasViews => _images is not null;

    /// <summary>The class of a row, for one class per image.</summary>
    public int ClassOf(int row) => Array.IndexOf(Targets[row], 1.0);

    /// <summary>How much a row counts for an output.</summary>
    public double WeightOf(int row, int output) => Weights[row] * (labelWeights is not null && Targets[row][output] == 1 ? labelWeights[output] : 1);

    /// <summary>The total weight of each class or, of several labels, of the rows that have each.</summary>
    public double[] OutputWeights() =>
        [.. Enumerable.Range(0, OutputCount).Select(output => Enumerable.Range(0, Features.Length).Sum(row => Weights[row] * Targets[row][output]))];

    public HeadData Subset(int[] rows) => new([.. rows.Select(row => Features[row])], problem, [.. rows.Select(row => Weights[row])], labelWeights)
    {
        Targets = [.. rows.Select(row => Targets[row])],
        _images = _images is null ? null : [.. rows.Select(row => _images[row])],
    };

    /// <summary>The same rows with other coordinates.</summary>
    public HeadData With(double[][] coordinates) => new(coordinates, problem, Weights, labelWeights) { Targets = Targets, _images = _images };

    /// <summary>The rows of each fold: all views of an image in the same, each class spread evenly. The only image of a class is in none.</summary>
    public int[][] Folds(int count)
    {
        int[] images = _images ?? [.. Enumerable.Range(0, Features.Length)];
        int[][] rowsOf = [.. images.Index().GroupBy(entry => entry.Item, entry => entry.Index).Select(group => group.ToArray())];
        (int[] Rows, int Class)[] members = [.. rowsOf.Select(rows => (rows, Labels == LabelKind.Class ? ClassOf(rows[0]) : 0))];
        Dictionary<int, int> sizes = members.CountBy(member => member.Class).ToDictionary();
        members = [.. members.Where(member => sizes[member.Class] > 1)];
        int[] folds = StratifiedFolds.Deal(
            [.. members.Select(member => member.Class)], count, of => new RandomStream(problem.Seed, RandomPurpose.HeadFolds, of));
        return [.. folds.Zip(members).GroupBy(dealt => dealt.First, dealt => dealt.Second.Rows).OrderBy(fold => fold.Key)
            .Select(fold => fold.SelectMany(rows => rows).Order().ToArray())];
    }

    public void Dispose()
    {
        if (_matrix.IsValueCreated)
            _matrix.Value.Dispose();
    }
}
