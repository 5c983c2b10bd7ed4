using TransferLearning.Data;
using TransferLearning.Internal;

namespace TransferLearning;

/// <summary>What every source can do.</summary>
public static class DatasetSourceExtensions
{
    /// <summary>Splits a source at random, so that both sides are alike in their targets.</summary>
    /// <remarks>Of every class the same fraction is held out. Where an image can be of several classes, each class is spread over both sides as evenly as can
    /// be by iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011). Where numbers are the
    /// targets, the samples are sorted by the first one, cut into as many runs as are to be held out, and one of each run is drawn. Targets of your own are
    /// split at random. Groups are kept together, and the sides are as alike as the groups allow.</remarks>
    /// <param name="source">What is split.</param>
    /// <param name="validation">The fraction that is held out for validation; above 0 and below 1.</param>
    /// <param name="seed">What the random choice depends on.</param>
    /// <param name="test">The fraction that is held out as <see cref="DatasetSplit.Test"/>, for a last measurement; 0 for none.</param>
    /// <param name="groupBy">The group of a sample, such as the patient or the video that an image is of: a group is on one side only. Null: each sample is on
    /// its own.</param>
    /// <returns>The sides, with at least one sample on each; of classes that exclude one another, at least one sample of each, unless groups prevent
    /// it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validation"/> is not between 0 and 1, or the fractions leave nothing to learn
    /// from.</exception>
    /// <exception cref="InvalidDataException">A class has fewer samples than there are sides, or is in one group only, or there are fewer samples or groups
    /// than sides.</exception>
    public static DatasetSplit Split(
        this IDatasetSource source, double validation = 0.2, long seed = 0, double test = 0, Func<Sample, string>? groupBy = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StratifiedSplit.Of(source, validation, seed, test, groupBy);
    }

    /// <summary>Splits a source for cross-validation: each sample is held out in exactly one fold, and folds are alike in their targets, as those of <see
    /// cref="Split"/> are.</summary>
    /// <param name="source">What is split.</param>
    /// <param name="count">How many folds; at least 2.</param>
    /// <param name="seed">What the random choice depends on.</param>
    /// <param name="repeats">How many times over, each time by another choice; at least 1.</param>
    /// <param name="groupBy">The group of a sample, such as the patient or the video that an image is of: a group is in one fold only. Null: each sample is on
    /// its own.</param>
    /// <returns>A split for each fold of each repeat: validation is the fold, training all others.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="InvalidDataException">A class has fewer samples than there are folds, or is in one group only, or there are fewer samples or groups
    /// than folds.</exception>
    public static IReadOnlyList<DatasetSplit> Folds(
        this IDatasetSource source, int count = 5, long seed = 0, int repeats = 1, Func<Sample, string>? groupBy = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return StratifiedFolds.Of(source, Require.AtLeast(2, count), seed, Require.AtLeast(1, repeats), groupBy);
    }
}
