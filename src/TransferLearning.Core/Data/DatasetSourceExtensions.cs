using TransferLearning.Data;

namespace TransferLearning;

/// <summary>What every source can do.</summary>
public static class DatasetSourceExtensions
{
    /// <summary>Splits a source at random, class by class.</summary>
    /// <param name="source">What is split.</param>
    /// <param name="validation">The fraction of each class that is held out; above 0 and below 1.</param>
    /// <param name="seed">What the random choice depends on.</param>
    /// <returns>The two sides, with at least one sample of every class on each.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validation"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidDataException">A class has a single sample.</exception>
    public static DatasetSplit Split(this IDatasetSource source, double validation = 0.2, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StratifiedSplit.Of(source, validation, seed);
    }
}
