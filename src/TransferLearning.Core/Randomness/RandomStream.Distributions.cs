namespace TransferLearning.Randomness;

public sealed partial class RandomStream
{
    private const double Smallest = -1e300; // finite, so that two of them have a difference

    /// <summary>The next real number of a beta distribution; 1 for both parameters is uniform, smaller ones prefer values near 0 and 1.</summary>
    /// <param name="alpha">Above 0.</param>
    /// <param name="beta">Above 0.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above 0.</exception>
    public double Beta(double alpha, double beta)
    {
        RequireAboveZero(alpha, nameof(alpha));
        RequireAboveZero(beta, nameof(beta));
        double first = LogarithmOfGamma(alpha), second = LogarithmOfGamma(beta);
        return 1 / (1 + Math.Exp(second - first));
    }

    /// <summary>The next weights of a symmetric Dirichlet distribution, which add up to 1.</summary>
    internal double[] Dirichlet(double alpha, int count)
    {
        double[] logarithms = [.. Enumerable.Range(0, count).Select(_ => LogarithmOfGamma(alpha))];
        double largest = logarithms.Max();
        double[] shares = Array.ConvertAll(logarithms, logarithm => Math.Exp(logarithm - largest));
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    // Logarithms, because those of small shapes are too small for a double. Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000.
    private double LogarithmOfGamma(double shape)
    {
        if (shape < 1)
            return Math.Max(LogarithmOfGamma(shape + 1) + Math.Log(1 - NextDouble()) / shape, Smallest);

        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = Normal();
            double root = 1 + c * normal;
            if (root <= 0)
                continue;
            double cube = root * root * root;
            if (Math.Log(1 - NextDouble()) < 0.5 * normal * normal + d * (1 - cube + Math.Log(cube)))
                return Math.Log(d) + Math.Log(cube);
        }
    }

    // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(Math.Tau * NextDouble());

    private static void RequireAboveZero(double value, string name)
    {
        if (!(double.IsFinite(value) && value > 0))
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be a finite number above 0."));
    }
}
