using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>Tallies of samples of one class each.</summary>
internal static class ClassTallies
{
    public static string? FindTopKProblem(int k, int classes) => k > classes ? $"Top-{k} needs at least {k} classes; the output has {classes}." : null;

    public static IMetricTally TopK(int k) => new MeanTally(outcome =>
    {
        ClassOutcomes batch = outcome.Classes;
        return FindTopKProblem(k, batch.ClassCount) is { } problem
            ? throw new ArgumentException(problem, nameof(outcome))
            : Enumerable.Range(0, batch.Count).Count(row => batch.GetRankOfTarget(row) < k);
    });

    public static IMetricTally LogLoss() => OfSamples((batch, row) => Logits.SoftmaxLoss(batch.GetLogits(row), batch.GetTarget(row)));

    public static IMetricTally Brier() => OfSamples((batch, row) =>
    {
        double[] probabilities = Logits.Softmax(batch.GetLogits(row));
        return probabilities.Index().Sum(entry => Math.Pow(entry.Item - (entry.Index == batch.GetTarget(row) ? 1 : 0), 2));
    });

    public static IMetricTally CalibrationError(int bins) => new CalibrationTally(bins, outcome =>
    {
        ClassOutcomes batch = outcome.Classes;
        return Enumerable.Range(0, batch.Count).Select(row =>
            (Logits.Softmax(batch.GetLogits(row))[batch.GetPrediction(row)], batch.GetPrediction(row) == batch.GetTarget(row)));
    });

    private static MeanTally OfSamples(Func<ClassOutcomes, int, double> measure) => new(outcome =>
    {
        ClassOutcomes batch = outcome.Classes;
        return Enumerable.Range(0, batch.Count).Sum(row => measure(batch, row));
    });
}

/// <summary>What a confusion matrix tells.</summary>
internal sealed class ConfusionTally(Func<ConfusionMatrix, double> measure) : IMetricTally
{
    private ConfusionMatrix? _confusion;

    public double Value => _confusion is null ? double.NaN : measure(_confusion);

    public void Add(BatchOutcome outcome)
    {
        ClassOutcomes batch = outcome.Classes;
        _confusion ??= new ConfusionMatrix([.. Enumerable.Range(0, batch.ClassCount).Select(index => $"{index}")]);
        for (int row = 0; row < batch.Count; row++)
            _confusion.Add(batch.GetTarget(row), batch.GetPrediction(row));
    }
}

/// <summary>The expected calibration error: how far probabilities are from shares, over bins of equal width, each weighted by its samples.</summary>
/// <param name="bins">How many bins; a probability on a border is in the lower one.</param>
/// <param name="read">The probabilities of what was predicted, and whether it is so.</param>
internal sealed class CalibrationTally(int bins, Func<BatchOutcome, IEnumerable<(double Probability, bool IsTrue)>> read) : IMetricTally
{
    private readonly (double Sum, long True)[] _bins = new (double, long)[bins];
    private long _count;

    public double Value => _bins.Sum(bin => Math.Abs(bin.Sum - bin.True)) / _count;

    public void Add(BatchOutcome outcome)
    {
        foreach ((double probability, bool isTrue) in read(outcome))
        {
            ref (double Sum, long True) bin = ref _bins[Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1)];
            bin = (bin.Sum + probability, bin.True + (isTrue ? 1 : 0));
            _count++;
        }
    }
}
