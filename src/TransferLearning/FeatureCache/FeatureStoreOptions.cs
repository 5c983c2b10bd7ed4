using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>Where features of frozen networks are kept from one epoch, fold or fit to the next, and how much of the disk they may take.</summary>
public sealed record FeatureStoreOptions
{
    /// <summary>The folder of the store; made where it is absent. Several processes may share it.</summary>
    /// <value>Null: the folder features below $TRANSFERLEARNING_CACHE, or below transferlearning in the user's cache folder.</value>
    /// <exception cref="ArgumentException">The value is empty or blank.</exception>
    public string? Directory
    {
        get;
        init => field = value is null || !string.IsNullOrWhiteSpace(value)
            ? value
            : throw new ArgumentException($"{nameof(Directory)} is '{value}'; name a folder, or leave it null for the user's cache folder.", nameof(Directory));
    }

    /// <summary>Bytes that all files of the store may take together; beyond it the least recently used are deleted.</summary>
    /// <value>1073741824, 1 GiB; at least 1048576, 1 MiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 MiB.</exception>
    public long MaximumBytes { get; init => field = Require.AtLeast(1L << 20, value); } = 1L << 30;
}
