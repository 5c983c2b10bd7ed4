using TransferLearning.Data;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>What a head is computed from: one row per image, or per view of an image. Immutable by convention: nobody changes the arrays.</summary>
public sealed class HeadProblem
{
    /// <summary>What the head takes: [rows][features].</summary>
    public required double[][] Features { get; init; }

    /// <summary>The targets as the task encodes them: [rows][outputs]; a class is 1 among zeros, labels are 0 or 1, values are standardized.</summary>
    public required double[][] Targets { get; init; }

    /// <summary>What the targets are: <see cref="LabelKind.Class"/>, <see cref="LabelKind.Classes"/>, or anything else for numbers.</summary>
    public required LabelKind Labels { get; init; }

    /// <summary>How much each row counts: [rows]; 2 is the same as having the row twice.</summary>
    /// <value>All 1 by default.</value>
    public double[] Weights { get => field ??= [.. Enumerable.Repeat(1.0, Features.Length)]; init; }

    /// <summary>The image that each row is a view of: [rows]; views of one image are left out together.</summary>
    /// <value>Null by default: each row is an image of its own.</value>
    public int[]? Images { get; init; }

    /// <summary>The sample of each row, for weights that depend on it.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<Sample> Samples { get; init; } = [];

    /// <summary>The seed of the choice of folds.</summary>
    public long Seed { get; init; }

    /// <summary>The number of outputs.</summary>
    public int OutputCount => Targets[0].Length;

    /// <summary>The number of features.</summary>
    public int FeatureCount => Features[0].Length;

    /// <exception cref="ArgumentException">Nothing to learn from, rows of different lengths, or numbers that cannot be.</exception>
    internal void Check()
    {
        int rows = Features.Length;
        if (rows == 0)
            throw new ArgumentException("A head needs at least one image to be computed from; there are none.");
        if (Targets.Length != rows || Weights.Length != rows || Images is not null && Images.Length != rows || Samples.Count > 0 && Samples.Count != rows)
            throw new ArgumentException($"Every row of features needs a target and a weight; there are {rows} rows, {Targets.Length} targets and "
                + $"{Weights.Length} weights.");
        if ((long)rows * FeatureCount > Array.MaxLength / sizeof(double))
        {
            throw new ArgumentException($"{rows} rows of {FeatureCount} features are more than a head can be computed from at once; at most "
                + $"{Array.MaxLength / sizeof(double) / FeatureCount} rows are possible. Use fewer images or views, or train the head in epochs.");
        }
        for (int row = 0; row < rows; row++)
        {
            if (Features[row].Length != FeatureCount || Targets[row].Length != OutputCount)
                throw new ArgumentException($"{Name(row)} has {Features[row].Length} features and {Targets[row].Length} targets; "
                    + $"the first one has {FeatureCount} and {OutputCount}.");
            if (Array.Exists(Features[row], value => !double.IsFinite(value)))
                throw new ArgumentException($"The features of {Name(row)} are NaN or infinite; the network's weights and images must be finite.");
            if (Array.Exists(Targets[row], value => !double.IsFinite(value)))
                throw new ArgumentException($"The target of {Name(row)} is NaN or infinite.");
            if (!double.IsFinite(Weights[row]) || Weights[row] < 0)
                throw new ArgumentException(FormattableString.Invariant($"The weight of {Name(row)} is {Weights[row]}; it must be finite and at least 0."));
            if (Labels == LabelKind.Class && (Targets[row].Count(value => value == 1) != 1 || Targets[row].Count(value => value == 0) != OutputCount - 1))
                throw new ArgumentException($"The target of {Name(row)} must be 1 for its class and 0 for the others.");
            if (Labels == LabelKind.Classes && Array.Exists(Targets[row], value => value is not (0 or 1)))
                throw new ArgumentException($"The targets of {Name(row)} must be 0 or 1 for each label.");
        }
        if (Weights.Sum() <= 0)
            throw new ArgumentException("The weights of all images are 0; at least one must be above 0.");
    }

    private string Name(int row) => Samples.Count > 0 ? $"'{Samples[row].Name}'" : $"row {row}";
}
