using TransferLearning.Internal;

namespace TransferLearning.Metrics;

/// <summary>Distribution functions for intervals and tests, in double precision.</summary>
internal static class Distributions
{
    /// <summary>The standard normal distribution function.</summary>
    /// <remarks>The series of G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11, 2004.</remarks>
    public static double Normal(double x)
    {
        if (Math.Abs(x) > 8.5)
            return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (int odd = 3; sum + term != sum; odd += 2)
            sum += term *= x * x / odd;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>The value that a standard normal variable does not exceed with a probability.</summary>
    public static double NormalQuantile(double probability) => Bisection.Root(x => Normal(x) - probability, -9, 9);

    /// <summary>The probability that Student's t is at least as far from 0 as a value.</summary>
    public static double StudentTwoSided(double t, double freedom) =>
        double.IsInfinity(t) ? 0 : IncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);

    /// <summary>The distance from 0 that Student's t stays within with a probability.</summary>
    public static double StudentQuantile(double within, double freedom)
    {
        double high = 1;
        while (1 - StudentTwoSided(high, freedom) < within)
            high *= 2;
        return Bisection.Root(t => 1 - StudentTwoSided(t, freedom) - within, 0, high);
    }

    /// <summary>The probabilities of 0 to <paramref name="most"/> heads of some tosses of a fair coin.</summary>
    public static IEnumerable<double> FairCoin(int tosses, int most)
    {
        double logarithm = -tosses * Math.Log(2);
        for (int heads = 0; heads <= most; heads++)
        {
            yield return Math.Exp(logarithm);
            logarithm += Math.Log((double)(tosses - heads) / (heads + 1));
        }
    }

    // The regularized incomplete beta function I_x(a, b): the continued fraction of Abramowitz and Stegun, 26.5.8, evaluated from the front.
    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
            return x <= 0 ? 0 : 1;
        if (x > (a + 1) / (a + b + 2))
            return 1 - IncompleteBeta(1 - x, b, a);

        double before = 0, numerator = 1, denominatorBefore = 1, denominator = 1, fraction = 1;
        for (int step = 1; step < 10_000; step++)
        {
            int half = step / 2;
            double part = step % 2 == 1
                ? -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
                : half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half));
            (before, numerator) = (numerator, numerator + part * before);
            (denominatorBefore, denominator) = (denominator, denominator + part * denominatorBefore);
            double scale = 1 / denominator;     // keeps both from overflow
            (before, numerator, denominatorBefore, denominator) = (before * scale, numerator * scale, denominatorBefore * scale, 1);
            if (numerator == fraction)
                break;
            fraction = numerator;
        }
        return Math.Exp(a * Math.Log(x) + b * Math.Log(1 - x) - LogBeta(a, b)) / a * fraction;
    }

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    // Stirling's series, where it is exact: from 12 on.
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 12; x++)
            shift -= Math.Log(x);
        double inverse = 1 / (x * x);
        double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680 - inverse / 1188)))) / x;
        return shift + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series;
    }
}
