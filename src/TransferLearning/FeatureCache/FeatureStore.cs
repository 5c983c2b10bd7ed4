using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>A disk cache of features of frozen networks. Thread-safe.</summary>
/// <param name="options">The folder and the maximum size.</param>
/// <param name="report">Receives a message for the log when features are lost or cannot be stored; called from any thread.</param>
/// <param name="clock">The time at which a volume is marked as used; the system clock by default.</param>
internal sealed class FeatureStore(FeatureStoreOptions options, Action<string> report, TimeProvider? clock = null)
{
    private readonly string _root = RootOf(options);
    private readonly StoreReports _reports = new(report, RootOf(options), options.MaximumBytes);

    /// <summary>Opens the features of one key, including those already on disk. Damaged files are not an error.</summary>
    public FeatureShelf Open(FeatureKey key)
    {
        var bound = new StoreBound(_root, options.MaximumBytes, clock ?? TimeProvider.System);
        return new FeatureShelf(key, new ShelfFolder(Path.Combine(_root, key.Hash()), key, bound, _reports), options.MaximumBytes, _reports);
    }

    /// <summary>An empty shelf in memory, of the same maximum size.</summary>
    public FeatureShelf OpenInMemory(FeatureKey key) => new(key, folder: null, options.MaximumBytes, _reports);

    private static string RootOf(FeatureStoreOptions options) => Path.GetFullPath(options.Directory ?? CacheFolder.For("features"));
}
