using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>A disk cache of features of frozen networks. Thread-safe.</summary>
/// <param name="options">The folder and the maximum size.</param>
/// <param name="report">Receives a message for the log when features are lost or cannot be stored; called from any thread.</param>
/// <param name="clock">The time at which a volume is marked as used; the system clock by default.</param>
internal sealed class FeatureStore(FeatureStoreOptions options, Action<string>? report = null, TimeProvider? clock = null)
{
    private readonly string _root = Path.GetFullPath(options.Directory ?? CacheFolder.For("features"));
    private readonly Action<string> _report = report ?? (_ => { });

    /// <summary>Opens the features of one key, including those already on disk. Damaged files are not an error.</summary>
    public FeatureShelf Open(FeatureKey key)
    {
        var bound = new StoreBound(_root, options.MaximumBytes, clock ?? TimeProvider.System);
        return new FeatureShelf(key, new ShelfFolder(Path.Combine(_root, key.Hash()), key, bound, _report), _report);
    }

    /// <summary>An empty shelf in memory.</summary>
    public FeatureShelf OpenInMemory(FeatureKey key) => new(key, folder: null, _report);
}
