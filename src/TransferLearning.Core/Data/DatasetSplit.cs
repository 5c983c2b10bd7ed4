using TransferLearning.Data;

namespace TransferLearning;

/// <summary>Samples to learn from, and samples held out to see how well that went; both with the same classes.</summary>
public sealed record DatasetSplit
{
    /// <summary>Joins two sources.</summary>
    /// <param name="training">What is learned from.</param>
    /// <param name="validation">What is held out.</param>
    /// <exception cref="ArgumentException">The classes of the two differ, or stand in another order.</exception>
    public DatasetSplit(IDatasetSource training, IDatasetSource validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (ClassDifference.Describe(training.Classes, "training", validation.Classes, "validation") is { } difference)
            throw new ArgumentException(difference, nameof(validation));

        Training = training;
        Validation = validation;
    }

    /// <summary>What is learned from.</summary>
    public IDatasetSource Training { get; }

    /// <summary>What is held out.</summary>
    public IDatasetSource Validation { get; }

    /// <summary>What is set aside for a last measurement and no fit looks at; null if there is nothing.</summary>
    /// <value>Null by default.</value>
    /// <exception cref="ArgumentException">Its classes differ from those of the training samples, or stand in another order.</exception>
    public IDatasetSource? Test
    {
        get;
        init => field = value is not null && ClassDifference.Describe(Classes, "training", value.Classes, "test") is { } difference
            ? throw new ArgumentException(difference, nameof(value))
            : value;
    }

    /// <summary>The names of the classes, a class's position being its index; of the values, where numbers are the targets.</summary>
    public IReadOnlyList<string> Classes => Training.Classes;

    /// <summary>The files that were found but not taken, on either side.</summary>
    public IReadOnlyList<SkippedSample> Skipped { get; init; } = [];

    /// <summary>Splits a source: the way it says itself (folders such as train and val, a manifest's split column), else at random, as <see
    /// cref="DatasetSourceExtensions.Split"/> does.</summary>
    /// <param name="source">What is split.</param>
    /// <param name="validation">The fraction that is held out where the source does not say; above 0 and below 1.</param>
    /// <param name="seed">What the random choice depends on.</param>
    /// <returns>The two sides.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validation"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidDataException">A class has a single sample, or the source's own sides have different classes.</exception>
    public static DatasetSplit Of(IDatasetSource source, double validation = 0.2, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        StratifiedSplit.RequireFraction(validation);
        return (source as IPresplitSource)?.GetOwnSplit() ?? StratifiedSplit.Of(source, validation, seed);
    }
}
