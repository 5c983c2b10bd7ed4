using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Metrics;

/// <summary>How often samples of each class were taken for each class.</summary>
public sealed class ConfusionMatrix
{
    // Only what occurred: with 10,000 classes a table of all would take 800 MB.
    private readonly Dictionary<(int Actual, int Predicted), long> _counts = [];
    private readonly long[] _actual;
    private readonly long[] _predicted;

    /// <summary>Starts with no samples.</summary>
    /// <param name="classes">The classes' names in the order of their indices; at least one.</param>
    /// <exception cref="ArgumentException">There is no class.</exception>
    public ConfusionMatrix(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count == 0)
            throw new ArgumentException("A confusion matrix needs at least one class; it got none.", nameof(classes));
        Classes = [.. classes];
        (_actual, _predicted) = (new long[Classes.Count], new long[Classes.Count]);
    }

    /// <summary>The classes' names in the order of their indices.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of samples added.</summary>
    public long Total { get; private set; }

    /// <summary>How many samples of one class were taken for another, or for itself.</summary>
    /// <param name="actual">The true class's index.</param>
    /// <param name="predicted">The predicted class's index.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is no class.</exception>
    public long this[int actual, int predicted]
    {
        get
        {
            CheckClass(actual);
            CheckClass(predicted);
            return _counts.GetValueOrDefault((actual, predicted));
        }
    }

    /// <summary>The share of samples taken for their own class, 0 to 1; NaN without samples.</summary>
    public double Accuracy => Total == 0 ? double.NaN : (double)Right / Total;

    /// <summary>The unweighted mean of F1 over the classes that occur, as a sample's own or as a prediction; a class of neither kind is left out. 0 to 1; NaN
    /// without samples. As scikit-learn's f1_score with average "macro" and zero_division 0.</summary>
    public double MacroF1 =>
        Indices.Where(index => _actual[index] + _predicted[index] > 0).Select(index => GetScores(index).F1).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean over the classes that occur of the share of their samples taken for them: what accuracy would be if all were as frequent. 0 to 1; NaN
    /// without samples.</summary>
    public double BalancedAccuracy =>
        Indices.Where(index => _actual[index] > 0).Select(index => GetScores(index).Recall).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The unweighted mean of precision over the classes of <see cref="MacroF1"/>. 0 to 1; NaN without samples.</summary>
    public double MacroPrecision =>
        Indices.Where(index => _actual[index] + _predicted[index] > 0).Select(index => GetScores(index).Precision).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean of the classes' F1, weighted by how many samples are of each. 0 to 1; NaN without samples.</summary>
    public double WeightedF1 => Indices.Sum(index => GetScores(index) is var scores ? scores.F1 * scores.Support : 0) / Total;

    /// <summary>The mean of the classes' precision, weighted by how many samples are of each. 0 to 1; NaN without samples.</summary>
    public double WeightedPrecision => Indices.Sum(index => GetScores(index) is var scores ? scores.Precision * scores.Support : 0) / Total;

    /// <summary>Matthews' correlation of classes and predictions: 1 where all are right, 0 for chance, at least -1. 0 where all samples are of one class or
    /// taken for one; NaN without samples.</summary>
    /// <remarks>J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", Computational Biology and Chemistry 28, 2004.
    /// </remarks>
    public double MatthewsCorrelation
    {
        get
        {
            if (Total == 0)
                return double.NaN;
            double total = Total, chance = Chance, actual = total * total, predicted = actual;
            foreach (int index in Indices)
            {
                actual -= (double)_actual[index] * _actual[index];
                predicted -= (double)_predicted[index] * _predicted[index];
            }
            return actual == 0 || predicted == 0 ? 0 : (Right * total - chance) / Math.Sqrt(actual * predicted);
        }
    }

    /// <summary>Cohen's kappa: how far the accuracy is above that of chance, in parts of what chance leaves; at most 1. NaN without samples, and where all are
    /// of one class and taken for it.</summary>
    /// <remarks>J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20, 1960.</remarks>
    public double CohensKappa => (Right * (double)Total - Chance) / ((double)Total * Total - Chance);

    /// <summary>The number of samples taken for their own class.</summary>
    internal long Right { get; private set; }

    // How often predictions would be right if they had nothing to do with the classes, times the number of samples.
    private double Chance => Indices.Sum(index => (double)_actual[index] * _predicted[index]);

    private IEnumerable<int> Indices => Enumerable.Range(0, Classes.Count);

    /// <summary>Adds a batch; the largest logit, the first of equal ones, is the prediction.</summary>
    /// <param name="output">Logits, floating point [N, classes]; borrowed.</param>
    /// <param name="targets">The true classes' indices, int64 [N]; borrowed.</param>
    /// <exception cref="ArgumentException">A shape, an element type or a value does not fit.</exception>
    public void Add(Tensor output, Tensor targets)
    {
        var batch = new ClassOutcomes(output, targets);
        if (batch.ClassCount != Classes.Count)
            throw new ArgumentException($"The output has {batch.ClassCount} classes; the confusion matrix has {Classes.Count}.");
        for (int row = 0; row < batch.Count; row++)
            Add(batch.GetTarget(row), batch.GetPrediction(row));
    }

    /// <summary>Adds one sample.</summary>
    /// <param name="actual">The true class's index.</param>
    /// <param name="predicted">The predicted class's index.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is no class.</exception>
    public void Add(int actual, int predicted)
    {
        CheckClass(actual);
        CheckClass(predicted);
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (actual, predicted), out _)++;
        _actual[actual]++;
        _predicted[predicted]++;
        Right += actual == predicted ? 1 : 0;
        Total++;
    }

    /// <summary>Precision, recall, F1 and support of one class.</summary>
    /// <param name="index">The class's index.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is no class.</exception>
    public ClassScores GetScores(int index)
    {
        CheckClass(index);
        (long right, long actual, long predicted) = (this[index, index], _actual[index], _predicted[index]);
        return new ClassScores(Classes[index], Share(right, predicted), Share(right, actual), Share(2 * right, actual + predicted), Support: actual);
    }

    /// <summary>A plain-text table: a row for each true class, a column for each prediction, then recall; below them precision and accuracy.</summary>
    public override string ToString() => ConfusionTable.Format(this);

    private void CheckClass(int index, [CallerArgumentExpression(nameof(index))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Classes.Count, name);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}

/// <summary>Precision, recall and F1 of one class. A ratio with denominator 0 is 0.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Precision">Of the samples taken for the class, the share that are of it; 0 to 1.</param>
/// <param name="Recall">Of the samples of the class, the share taken for it; 0 to 1.</param>
/// <param name="F1">The harmonic mean of both; 0 to 1.</param>
/// <param name="Support">The number of samples of the class.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, long Support)
{
    /// <summary>How far up the samples of the class come when all are ranked by its probability, 0 to 1; NaN if unknown or if no sample is of it.</summary>
    public double AveragePrecision { get; init; } = double.NaN;

    /// <summary>The share of pairs of a sample of the class and another one that its probability ranks the right way, 0 to 1, ties counting half; NaN if
    /// unknown or if there is no pair.</summary>
    public double RocAuc { get; init; } = double.NaN;
}
