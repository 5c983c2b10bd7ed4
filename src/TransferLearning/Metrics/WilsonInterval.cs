namespace TransferLearning.Metrics;

/// <summary>The range in which a share's true value plausibly lies, given how few samples it was measured on: the score interval.</summary>
/// <remarks>E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American Statistical
/// Association 22, 1927.</remarks>
public sealed record WilsonInterval
{
    /// <summary>Computes the interval.</summary>
    /// <param name="successes">How many samples came out right; 0 to <paramref name="total"/>.</param>
    /// <param name="total">How many samples there were; at least 1.</param>
    /// <param name="confidence">How often such an interval holds the true share; above 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public WilsonInterval(long successes, long total, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, total);
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Must be above 0 and below 1; 0.95 is usual.");

        double z = StandardNormal.Quantile((1 + confidence) / 2);
        double share = (double)successes / total;
        double correction = z * z / total;
        double middle = (share + correction / 2) / (1 + correction);
        double reach = z / (1 + correction) * Math.Sqrt(share * (1 - share) / total + correction / (4 * total));

        // At a share of 0 or 1 middle and reach are equal but for rounding.
        Low = successes == 0 ? 0 : middle - reach;
        High = successes == total ? 1 : middle + reach;
    }

    /// <summary>The lower end, 0 to 1.</summary>
    public double Low { get; }

    /// <summary>The upper end, 0 to 1.</summary>
    public double High { get; }
}
