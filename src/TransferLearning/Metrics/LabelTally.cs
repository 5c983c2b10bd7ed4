using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>Counts for multi-label classification: a logit for each class, and labels of 0 or 1.</summary>
/// <param name="thresholds">The probability from which on a class is predicted: one for all, or one for each.</param>
/// <param name="measure">What is made of the counts.</param>
internal sealed class LabelTally(IReadOnlyList<double> thresholds, Func<LabelCounts, double> measure) : IMetricTally
{
    private readonly float[] _least = [.. thresholds.Select(threshold => (float)Math.Log(threshold / (1 - threshold)))];
    private readonly LabelCounts _counts = new();

    public double Value => _counts.Samples == 0 ? double.NaN : measure(_counts);

    public static string? FindProblem(IReadOnlyList<double> thresholds, int classes) =>
        thresholds.Count > 1 && thresholds.Count != classes ? $"There are {thresholds.Count} thresholds for {classes} classes." : null;

    public void Add(BatchOutcome outcome)
    {
        ValueOutcomes batch = outcome.Values;
        if (FindProblem(thresholds, batch.Columns) is { } problem)
            throw new ArgumentException(problem, nameof(outcome));
        var isPredicted = new bool[batch.Columns];
        var isTrue = new bool[batch.Columns];
        for (int row = 0; row < batch.Count; row++)
        {
            for (int column = 0; column < batch.Columns; column++)
            {
                isPredicted[column] = batch.GetOutputs(row)[column] >= _least[_least.Length == 1 ? 0 : column];
                isTrue[column] = batch.GetLabels(row)[column] > 0.5f;
            }
            _counts.Add(isPredicted, isTrue);
        }
    }

    /// <summary>The calibration of each label's sigmoid.</summary>
    public static IMetricTally CalibrationError(int bins) => new CalibrationTally(bins, outcome => Decisions(outcome)
        .Select(decision => (Logits.Sigmoid(decision.Logit), decision.IsTrue)));

    /// <summary>The mean over samples and classes of the binary log-loss.</summary>
    public static IMetricTally LogLoss() =>
        new MeanTally(outcome => Decisions(outcome).Sum(decision => Logits.SigmoidLoss(decision.Logit, decision.IsTrue)) / outcome.Values.Columns);

    private static IEnumerable<(double Logit, bool IsTrue)> Decisions(BatchOutcome outcome)
    {
        ValueOutcomes batch = outcome.Values;
        return Enumerable.Range(0, batch.Count).SelectMany(row =>
            Enumerable.Range(0, batch.Columns).Select(column => ((double)batch.GetOutputs(row)[column], batch.GetLabels(row)[column] > 0.5f)));
    }
}

/// <summary>How often classes were predicted, true, and both.</summary>
internal sealed class LabelCounts
{
    private (long Right, long Named)[] _classes = []; // a right prediction is named twice: as predicted and as true
    private double _samplesF1;
    private long _wrong;
    private long _exact;

    public long Samples { get; private set; }

    /// <summary>The mean F1 of the classes that were true or predicted.</summary>
    public double MacroF1 => _classes.Where(count => count.Named > 0).Select(count => 2.0 * count.Right / count.Named).DefaultIfEmpty(double.NaN).Average();

    /// <summary>F1 over all decisions; NaN where nothing was true or predicted.</summary>
    public double MicroF1 => 2.0 * _classes.Sum(count => count.Right) / _classes.Sum(count => count.Named);

    /// <summary>The mean over samples of their F1; 1 for a sample of no class that is predicted to be of none.</summary>
    public double SamplesF1 => _samplesF1 / Samples;

    /// <summary>The share of decisions that are wrong.</summary>
    public double HammingLoss => (double)_wrong / (Samples * _classes.Length);

    /// <summary>The share of samples with no wrong decision.</summary>
    public double ExactMatch => (double)_exact / Samples;

    public void Add(ReadOnlySpan<bool> isPredicted, ReadOnlySpan<bool> isTrue)
    {
        if (_classes.Length == 0)
            _classes = new (long, long)[isTrue.Length];
        (int right, int named) = (0, 0);
        for (int index = 0; index < isTrue.Length; index++)
        {
            int isRight = isPredicted[index] && isTrue[index] ? 1 : 0, names = (isPredicted[index] ? 1 : 0) + (isTrue[index] ? 1 : 0);
            _classes[index] = (_classes[index].Right + isRight, _classes[index].Named + names);
            (right, named) = (right + isRight, named + names);
        }
        Samples++;
        _samplesF1 += named == 0 ? 1 : 2.0 * right / named;
        _wrong += named - 2 * right;
        _exact += named == 2 * right ? 1 : 0;
    }
}
