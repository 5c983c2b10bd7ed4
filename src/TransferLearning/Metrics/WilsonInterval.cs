namespace TransferLearning.Metrics;

/// <summary>The range that holds a share's true value 95 times in 100, given how few samples it was measured on: the score interval.</summary>
/// <remarks>E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American Statistical
/// Association 22, 1927.</remarks>
public sealed record WilsonInterval
{
    private const double Z = 1.959963984540054; // the normal distribution's quantile of 0.975

    /// <summary>Computes the interval.</summary>
    /// <param name="successes">How many samples came out right; 0 to <paramref name="total"/>.</param>
    /// <param name="total">How many samples there were; without any, nothing is known: 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public WilsonInterval(long successes, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, total);

        double share = (double)successes / total;
        double correction = Z * Z / total;
        double middle = (share + correction / 2) / (1 + correction);
        double reach = Z / (1 + correction) * Math.Sqrt(share * (1 - share) / total + correction / (4 * total));

        // At a share of 0 or 1 middle and reach are equal but for rounding.
        Low = successes == 0 ? 0 : middle - reach;
        High = successes == total ? 1 : middle + reach;
    }

    /// <summary>The lower end, 0 to 1.</summary>
    public double Low { get; }

    /// <summary>The upper end, 0 to 1.</summary>
    public double High { get; }

    /// <summary>Such as "0.881 to 0.939".</summary>
    public override string ToString() => FormattableString.Invariant($"{Low:0.000} to {High:0.000}");
}
