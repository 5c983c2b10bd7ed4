using TransferLearning.Internal;

namespace TransferLearning.Inference;

/// <summary>What a class's threshold is chosen for.</summary>
/// <param name="choose">From what each threshold gives, the highest first, to the one to take; null where none will do.</param>
public sealed class ThresholdGoal(Func<IReadOnlyList<ThresholdPoint>, ThresholdPoint?> choose)
{
    /// <summary>The best F1; of equals the highest threshold.</summary>
    public static ThresholdGoal BestF1 { get; } = new(points => points.MaxBy(point => point.F1));

    /// <summary>The most that can be found with at least some share of it right.</summary>
    /// <param name="least">The least precision; above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="least"/> is out of its range.</exception>
    public static ThresholdGoal Precision(double least)
    {
        Require.AboveZeroUpTo(1, least);
        return new ThresholdGoal(points => points.Where(point => point.Precision >= least).MaxBy(point => point.Recall));
    }

    /// <summary>The best precision with at least some share of the class found; of equals the highest threshold.</summary>
    /// <param name="least">The least recall; above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="least"/> is out of its range.</exception>
    public static ThresholdGoal Recall(double least)
    {
        Require.AboveZeroUpTo(1, least);
        return new ThresholdGoal(points => points.Where(point => point.Recall >= least).MaxBy(point => point.Precision));
    }

    /// <summary>Chooses for one class.</summary>
    internal ThresholdPoint? Choose(IEnumerable<(double Probability, bool IsTrue)> predictions)
    {
        IGrouping<double, bool>[] scores = [.. predictions.GroupBy(entry => entry.Probability, entry => entry.IsTrue).OrderByDescending(group => group.Key)];
        int all = scores.Sum(group => group.Count(isTrue => isTrue)), right = 0, claimed = 0;
        var points = new List<ThresholdPoint>();
        for (int index = 0; index < scores.Length && all > 0; index++)
        {
            claimed += scores[index].Count();
            right += scores[index].Count(isTrue => isTrue);
            double next = index + 1 < scores.Length ? scores[index + 1].Key : 0, middle = (scores[index].Key + next) / 2;
            double threshold = middle > next ? middle : scores[index].Key;      // half way to the next, unless nothing is in between
            if (threshold is > 0 and < 1)
                points.Add(new ThresholdPoint(threshold, (double)right / claimed, (double)right / all, 2.0 * right / (claimed + all)));
        }
        return points.Count == 0 ? null : choose(points);
    }
}

/// <summary>What a threshold gives.</summary>
/// <param name="Threshold">The probability from which on the class is predicted, above 0 and below 1.</param>
/// <param name="Precision">Of the images predicted to be of the class, the share that are; 0 to 1.</param>
/// <param name="Recall">Of the images of the class, the share predicted to be; 0 to 1.</param>
/// <param name="F1">The harmonic mean of both; 0 to 1.</param>
public sealed record ThresholdPoint(double Threshold, double Precision, double Recall, double F1);

/// <summary>The threshold chosen for a class.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Threshold">The probability from which on the class is predicted; as before where the goal was out of reach.</param>
/// <param name="Reached">What it gives on the images that it was chosen on, which is too good to be true on new ones; null where the goal was out of
/// reach.</param>
public sealed record ThresholdChoice(string Name, double Threshold, ThresholdPoint? Reached);
