using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>How well scores rank the samples that are of a class above those that are not. Equal scores are one place in the ranking;
/// NaN is the lowest.</summary>
internal static class Rankings
{
    /// <summary>The sum of precision times the gain in recall, over the distinct scores from the highest down; NaN where no sample is of the class.</summary>
    public static double AveragePrecision(double[] scores, bool[] isTrue)
    {
        double sum = 0;
        long claimed = 0, right = 0;
        foreach ((int count, int gained) in Places(scores, isTrue).Reverse())
        {
            claimed += count;
            right += gained;
            sum += (double)right / claimed * gained;
        }
        return sum / right;
    }

    /// <summary>The share of pairs, of a sample of the class and one that is not, that are ranked the right way, half of those of equal score among them; NaN
    /// where there is no pair.</summary>
    public static double RocAuc(double[] scores, bool[] isTrue)
    {
        long halves = 0, below = 0, all = 0;
        foreach ((int count, int members) in Places(scores, isTrue))
        {
            halves += members * (2 * below + (count - members));
            below += count - members;
            all += members;
        }
        return halves / (2.0 * all * below);
    }

    /// <summary>The distinct scores from the lowest up: how many samples have each, and how many of them are of the class.</summary>
    private static IEnumerable<(int Count, int Members)> Places(double[] scores, bool[] isTrue)
    {
        double[] sorted = [.. scores];
        bool[] members = [.. isTrue];
        Array.Sort(sorted, members);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            int found = 0;
            for (end = start; end < sorted.Length && sorted[end].Equals(sorted[start]); end++)
                found += members[end] ? 1 : 0;
            yield return (end - start, found);
        }
    }
}

/// <summary>The mean over the classes of how well their scores rank the samples; classes of which that is undefined are left out.</summary>
/// <param name="read">A score for each class and sample, and which classes a sample is of.</param>
/// <param name="measure">From one class's scores and truths to a number, NaN where undefined.</param>
internal sealed class RankingTally(Func<BatchOutcome, IEnumerable<(float[] Scores, int[] Classes)>> read, Func<double[], bool[], double> measure) : IMetricTally
{
    private readonly List<(float[] Scores, int[] Classes)> _rows = [];

    public double Value => Enumerable.Range(0, _rows.Count > 0 ? _rows[0].Scores.Length : 0)
        .Select(column => measure([.. _rows.Select(row => (double)row.Scores[column])], [.. _rows.Select(row => Array.IndexOf(row.Classes, column) >= 0)]))
        .Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    public void Add(BatchOutcome outcome) => _rows.AddRange(read(outcome));

    /// <summary>Each class against the rest, by the logarithm of its softmax, which float32 keeps apart near 1 as well as near 0.</summary>
    public static RankingTally OfClasses(Func<double[], bool[], double> measure) => new(
        outcome => Enumerable.Range(0, outcome.Classes.Count).Select(row =>
            (Array.ConvertAll(Logits.LogSoftmax(outcome.Classes.GetLogits(row)), value => (float)value), (int[])[outcome.Classes.GetTarget(row)])),
        measure);

    /// <summary>Each label by its own logit.</summary>
    public static RankingTally OfLabels(Func<double[], bool[], double> measure) => new(
        outcome => Enumerable.Range(0, outcome.Values.Count).Select(row => (outcome.Values.GetOutputs(row).ToArray(), Labeled(outcome.Values.GetLabels(row)))),
        measure);

    private static int[] Labeled(ReadOnlySpan<float> labels)
    {
        var labeled = new List<int>();
        for (int column = 0; column < labels.Length; column++)
        {
            if (labels[column] > 0.5f)
                labeled.Add(column);
        }
        return [.. labeled];
    }
}
