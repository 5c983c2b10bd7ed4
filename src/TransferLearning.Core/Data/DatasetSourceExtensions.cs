using TransferLearning.Data;

namespace TransferLearning;

/// <summary>What every source can do.</summary>
public static class DatasetSourceExtensions
{
    /// <summary>Splits a source at random, so that both sides are alike in their targets.</summary>
    /// <remarks>Of every class the same fraction is held out. Where an image can be of several classes, each class is spread over both sides as evenly as can
    /// be by iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011). Where numbers are the
    /// targets, the samples are sorted by the first one, cut into as many runs as are to be held out, and one of each run is drawn. Targets of your own are
    /// split at random.</remarks>
    /// <param name="source">What is split.</param>
    /// <param name="validation">The fraction that is held out; above 0 and below 1.</param>
    /// <param name="seed">What the random choice depends on.</param>
    /// <returns>The two sides, with at least one sample on each; of classes that exclude one another, at least one sample of each.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validation"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidDataException">A class has a single sample, or the source has fewer than two.</exception>
    public static DatasetSplit Split(this IDatasetSource source, double validation = 0.2, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StratifiedSplit.Of(source, validation, seed);
    }
}
