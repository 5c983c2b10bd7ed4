namespace TransferLearning.Metrics;

/// <summary>The normal distribution of mean 0 and deviation 1.</summary>
internal static class StandardNormal
{
    private const double MaximumDeviations = 8; // beyond, 1 - probability is below the precision of a double

    /// <summary>The point below which a share <paramref name="probability"/>, 0.5 to 1, of the distribution lies.</summary>
    public static double Quantile(double probability)
    {
        // Right of 0 the distribution function is concave: Newton's steps from 0 never overshoot.
        double z = 0;
        for (double step = 1; step > 1e-13 && z < MaximumDeviations; z += step)
            step = (probability - Cumulative(z)) / Density(z);
        return Math.Min(z, MaximumDeviations);
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// 1/2 + density(z) (z + z^3/3 + z^5/(3·5) + ...): G. Marsaglia, "Evaluating the normal distribution", Journal of
    /// Statistical Software 11(4), 2004.
    /// </summary>
    private static double Cumulative(double z)
    {
        double sum = z;
        double term = z;
        for (int divisor = 3; term > 1e-17 * sum; divisor += 2)
        {
            term *= z * z / divisor;
            sum += term;
        }
        return 0.5 + sum * Density(z);
    }
}
