namespace TransferLearning.Benchmarks.Reporting;

internal static class Statistics
{
    // Student's t at 97.5 %, for 1 to 10 degrees of freedom.
    private static readonly double[] _studentTable = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281];

    /// <summary>The value that a share of the values does not exceed, between neighbours in proportion.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>The sample's standard deviation; null for a single value.</summary>
    public static double? Deviation(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
            return null;
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>Half the width of the mean's 95 % interval by Student's t; null for a single value.</summary>
    public static double? HalfInterval95(IReadOnlyCollection<double> values) =>
        Deviation(values) is double deviation ? StudentQuantile(values.Count - 1) * deviation / Math.Sqrt(values.Count) : null;

    // Beyond the table: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    private static double StudentQuantile(int freedom)
    {
        if (freedom <= _studentTable.Length)
            return _studentTable[freedom - 1];
        const double z = 1.959964;
        double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, n = freedom;
        return z
            + (z3 + z) / (4 * n)
            + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
    }
}
