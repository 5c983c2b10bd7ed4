using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>Where features of frozen networks are stored between epochs, folds and fits, and how much disk space they may take. Immutable.</summary>
public sealed record FeatureStoreOptions
{
    /// <summary>The folder of the store; created if it does not exist. Several processes may share it.</summary>
    /// <value>Null by default: the folder features in $TRANSFERLEARNING_CACHE, or in transferlearning in the user's cache folder.</value>
    /// <exception cref="ArgumentException">The value is empty or blank.</exception>
    public string? Directory
    {
        get;
        init => field = value is null || !string.IsNullOrWhiteSpace(value)
            ? value
            : throw new ArgumentException($"{nameof(Directory)} is '{value}'; name a folder, or leave it null for the user's cache folder.", nameof(Directory));
    }

    /// <summary>
    /// The maximum size of the store in bytes; above it, the least recently used files are deleted. Features of a fit for which there is no room are kept
    /// in memory, up to as many bytes again for training and for validation images, and beyond that computed in every epoch.
    /// </summary>
    /// <value>At least 1 MiB; 1 GiB by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 MiB.</exception>
    public long MaximumBytes { get; init => field = Require.AtLeast(1L << 20, value); } = 1L << 30;
}
