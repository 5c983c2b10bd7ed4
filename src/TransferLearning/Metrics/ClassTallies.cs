namespace TransferLearning.Metrics;

/// <summary>Tallies of samples of one class each, and of any number of classes: a logit for each class, and labels of 0 or 1.</summary>
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

    public static IMetricTally ExactMatch(double threshold) => new MeanTally(outcome =>
    {
        float least = LogitOf(threshold);
        ValueOutcomes batch = outcome.Values;
        return Enumerable.Range(0, batch.Count).Count(row => Enumerable.Range(0, batch.Columns)
            .All(column => batch.GetOutputs(row)[column] >= least == batch.GetLabels(row)[column] > 0.5f));
    });

    public static IMetricTally MacroF1() => new MacroF1Tally(outcome =>
    {
        ClassOutcomes batch = outcome.Classes;
        return Enumerable.Range(0, batch.Count).SelectMany(row => Named(batch.GetTarget(row), batch.GetPrediction(row)));

        static IEnumerable<(int, bool)> Named(int target, int predicted) => target == predicted ? [(target, true)] : [(target, false), (predicted, false)];
    });

    public static IMetricTally MacroF1(double threshold) => new MacroF1Tally(outcome => Named(outcome.Values, LogitOf(threshold)));

    private static IEnumerable<(int Class, bool IsRight)> Named(ValueOutcomes batch, float least)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            for (int column = 0; column < batch.Columns; column++)
            {
                bool isPredicted = batch.GetOutputs(row)[column] >= least, isTrue = batch.GetLabels(row)[column] > 0.5f;
                if (isPredicted || isTrue)
                    yield return (column, isPredicted && isTrue);
            }
        }
    }

    private static float LogitOf(double probability) => (float)Math.Log(probability / (1 - probability));
}

/// <summary>The unweighted mean of the classes' F1 scores; a class that neither occurs nor is predicted is left out.</summary>
/// <param name="named">The classes that samples have or are predicted to have, and whether they have both.</param>
internal sealed class MacroF1Tally(Func<BatchOutcome, IEnumerable<(int Class, bool IsRight)>> named) : IMetricTally
{
    private readonly SortedDictionary<int, (long Right, long Named)> _counts = []; // a right prediction is named twice: as predicted and as true

    public double Value => _counts.Values.Select(count => 2.0 * count.Right / count.Named).DefaultIfEmpty(double.NaN).Average();

    public void Add(BatchOutcome outcome)
    {
        foreach ((int index, bool isRight) in named(outcome))
        {
            (long before, long namedBefore) = _counts.GetValueOrDefault(index);
            _counts[index] = isRight ? (before + 1, namedBefore + 2) : (before, namedBefore + 1);
        }
    }
}

/// <summary>The mean of the classes' average precision.</summary>
internal sealed class AveragePrecisionTally : IMetricTally
{
    private readonly List<List<(float Score, bool IsTrue)>> _classes = [];

    public double Value => _classes.Where(scores => scores.Exists(score => score.IsTrue)).Select(AveragePrecision).DefaultIfEmpty(double.NaN).Average();

    public void Add(BatchOutcome outcome)
    {
        ValueOutcomes batch = outcome.Values;
        while (_classes.Count < batch.Columns)
            _classes.Add([]);
        for (int row = 0; row < batch.Count; row++)
        {
            for (int column = 0; column < batch.Columns; column++)
                _classes[column].Add((batch.GetOutputs(row)[column], batch.GetLabels(row)[column] > 0.5f));
        }
    }

    // The sum of precision times the gain in recall, over the distinct scores from the highest down.
    private static double AveragePrecision(List<(float Score, bool IsTrue)> scores)
    {
        double sum = 0;
        int claimed = 0, right = 0;
        foreach (IGrouping<float, bool> tied in scores.GroupBy(score => score.Score, score => score.IsTrue).OrderByDescending(group => group.Key))
        {
            int gained = tied.Count(isTrue => isTrue);
            claimed += tied.Count();
            right += gained;
            sum += (double)right / claimed * gained;
        }
        return sum / right;
    }
}
