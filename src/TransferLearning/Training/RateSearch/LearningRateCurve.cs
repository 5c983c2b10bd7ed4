using TransferLearning.Internal;

namespace TransferLearning.Training.RateSearch;

/// <summary>The training loss over rising learning rates, and the learning rates that it suggests. Immutable.</summary>
/// <remarks>L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017. The rules are those of fastai; the first tenth of the steps and the
/// last five are not considered.</remarks>
public sealed class LearningRateCurve
{
    private const int LastIgnored = 5;
    private const int FewestConsidered = 5;

    /// <exception cref="InvalidOperationException">The loss diverged too early for a suggestion.</exception>
    internal LearningRateCurve(IReadOnlyList<LearningRatePoint> points, LearningRateSearchOptions search, bool diverged)
    {
        Points = points;
        Diverged = diverged;
        LearningRatePoint[] considered = [.. points.Skip(search.Steps / 10).SkipLast(LastIgnored)];
        if (considered.Length < FewestConsidered)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The loss diverged after {points.Count} of {search.Steps} steps, too early for a suggestion: begin at a lower rate than {search.Lowest}."));
        }
        Suggestions = [Valley(considered), Steepest(considered), MinimumOverTen(considered)];
    }

    /// <summary>The steps, at rising learning rates.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>The suggested learning rates, one for each rule.</summary>
    public IReadOnlyList<LearningRateSuggestion> Suggestions { get; }

    /// <summary>The learning rate suggested by <see cref="LearningRateRule.Valley"/>, which is the most stable of the rules.</summary>
    public double Suggested => Suggestions[0].LearningRate;

    /// <summary>Whether the search ended early because the loss diverged.</summary>
    public bool Diverged { get; }

    /// <summary>Draws the curve and the suggestions.</summary>
    /// <param name="path">The path of the PNG file; an existing file is replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePlot(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => new LearningRatePlot(this).Write(stream));
    }

    // Half way along the longest run of falling losses, which need not be neighbors: a third and half a third, as fastai rounds it.
    private static LearningRateSuggestion Valley(LearningRatePoint[] points)
    {
        var lengths = new int[points.Length];
        int end = 0;
        for (int i = 0; i < points.Length; i++)
        {
            lengths[i] = 1 + Enumerable.Range(0, i).Where(j => points[i].Smoothed < points[j].Smoothed).Select(j => lengths[j]).DefaultIfEmpty(0).Max();
            if (lengths[i] > lengths[end])
                end = i;
        }
        int start = end - lengths[end];
        double third = (end - start) / 3.0;
        int chosen = Math.Clamp(start + (int)third + (int)(third / 2), 0, points.Length - 1);
        return Suggest(LearningRateRule.Valley, points[chosen].LearningRate, points[chosen]);
    }

    private static LearningRateSuggestion Steepest(LearningRatePoint[] points)
    {
        LearningRatePoint steepest = points.Zip(points.Skip(1)).MinBy(pair =>
            (pair.Second.Smoothed - pair.First.Smoothed) / Math.Log(pair.Second.LearningRate / pair.First.LearningRate)).First;
        return Suggest(LearningRateRule.Steepest, steepest.LearningRate, steepest);
    }

    private static LearningRateSuggestion MinimumOverTen(LearningRatePoint[] points)
    {
        double rate = points.MinBy(point => point.Smoothed).LearningRate / 10;
        return Suggest(LearningRateRule.MinimumOverTen, rate, points.MinBy(point => Math.Abs(Math.Log(point.LearningRate / rate))));
    }

    private static LearningRateSuggestion Suggest(LearningRateRule rule, double rate, LearningRatePoint at) => new(rule, rate, at.Smoothed);
}

/// <summary>One step of a search.</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Loss">The loss of the batch.</param>
/// <param name="Smoothed">The moving average of the losses so far.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double Smoothed);

/// <summary>A suggested base learning rate.</summary>
/// <param name="Rule">Why it is suggested.</param>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Smoothed">The smoothed loss there.</param>
public sealed record LearningRateSuggestion(LearningRateRule Rule, double LearningRate, double Smoothed);

/// <summary>How a learning rate is suggested.</summary>
public enum LearningRateRule
{
    /// <summary>At half of the longest run of falling losses.</summary>
    Valley,

    /// <summary>Where the loss falls most steeply over the logarithm of the learning rate.</summary>
    Steepest,

    /// <summary>A tenth of the learning rate at which the loss is lowest.</summary>
    MinimumOverTen,
}
