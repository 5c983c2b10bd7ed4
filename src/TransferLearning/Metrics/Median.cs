namespace TransferLearning.Metrics;

/// <summary>The median of numbers.</summary>
internal static class Median
{
    /// <summary>The middle value; of an even number, the mean of the two in the middle; NaN of none.</summary>
    public static double Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return double.NaN;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
