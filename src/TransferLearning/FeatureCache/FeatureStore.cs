using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>Features of frozen networks on the disk: what can be computed again, and need not be.</summary>
/// <param name="options">Where, and how much.</param>
/// <param name="report">Given a sentence for the log where something is lost or cannot be kept; called from any thread.</param>
/// <param name="clock">When a volume was last used; the system's by default.</param>
internal sealed class FeatureStore(FeatureStoreOptions options, Action<string>? report = null, TimeProvider? clock = null)
{
    private readonly string _root = Path.GetFullPath(options.Directory ?? CacheFolder.For("features"));
    private readonly Action<string> _report = report ?? (_ => { });

    /// <summary>Opens the features of one key, those that are there already; never fails for what lies on the disk.</summary>
    public FeatureShelf Open(FeatureKey key)
    {
        var bound = new StoreBound(_root, options.MaximumBytes, clock ?? TimeProvider.System);
        return new FeatureShelf(key, new ShelfFolder(Path.Combine(_root, key.Hash()), key, bound, _report), _report);
    }

    /// <summary>An empty shelf that forgets everything when it is disposed.</summary>
    public FeatureShelf OpenInMemory(FeatureKey key) => new(key, folder: null, _report);
}
