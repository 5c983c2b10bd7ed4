namespace TransferLearning.Metrics;

/// <summary>Whether two models differ in how often they are right on the same images, judged by the images on which one alone is.</summary>
/// <remarks>Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika 12, 1947; exact and mid-p
/// as in M. W. Fagerland, S. Lydersen and P. Laake, "The McNemar test for binary matched-pairs data", BMC Medical Research Methodology 13, 2013. Says nothing
/// of other fits of the same models; <see cref="CorrectedTTest"/> over folds and seeds does.</remarks>
public sealed record McNemarTest
{
    /// <summary>Computes the test.</summary>
    /// <param name="onlyFirst">How many images the first model alone got right; at least 0.</param>
    /// <param name="onlySecond">How many images the second model alone got right; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public McNemarTest(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        (OnlyFirst, OnlySecond) = (onlyFirst, onlySecond);
        double[] probabilities = [.. Distributions.FairCoin(checked(onlyFirst + onlySecond), Math.Min(onlyFirst, onlySecond))];
        PValue = Math.Min(1, 2 * probabilities.Sum());
        MidPValue = onlyFirst != onlySecond ? PValue - probabilities[^1] : onlyFirst == 0 ? 1 : 1 - probabilities[^1] / 2;
    }

    /// <summary>How many images the first model alone got right.</summary>
    public int OnlyFirst { get; }

    /// <summary>How many images the second model alone got right.</summary>
    public int OnlySecond { get; }

    /// <summary>How probable a difference at least as large is if neither model is better, 0 to 1: the exact two-sided test, which errs on the safe
    /// side.</summary>
    public double PValue { get; }

    /// <summary>The same with half the probability of the very difference found: nearer to the nominal rate of false alarms.</summary>
    public double MidPValue { get; }
}
