using TransferLearning.Internal;

namespace TransferLearning.FeatureCache;

/// <summary>Features of frozen networks on the disk: what can be computed again, and need not be.</summary>
/// <param name="options">Where, and how much.</param>
/// <param name="report">Given a sentence for the log where something is lost or cannot be kept; called from any thread.</param>
internal sealed class FeatureStore(FeatureStoreOptions options, Action<string>? report = null)
{
    private readonly string _root = Path.GetFullPath(options.Directory ?? CacheFolder.For("features"));
    private readonly Action<string> _report = report ?? (_ => { });

    /// <summary>Opens the features of one key, those that are there already; never fails for what lies on the disk.</summary>
    public FeatureShelf Open(FeatureKey key)
    {
        var folder = new ShelfFolder(Path.Combine(_root, key.Hash()), key);
        var shelf = new FeatureShelf(folder, key, new StoreBound(_root, options.MaximumBytes), _report);
        foreach (string path in StoreFiles.In(folder.FullPath).Where(StoreFiles.IsVolume))
        {
            if (TryOpen(folder, path) is FileVolume volume)
                shelf.TakeIn(volume);
        }
        return shelf;
    }

    /// <summary>An empty shelf that forgets everything when it is disposed.</summary>
    public FeatureShelf OpenInMemory(FeatureKey key) => new(folder: null, key, new StoreBound(_root, options.MaximumBytes), _report);

    private FileVolume? TryOpen(ShelfFolder folder, string path)
    {
        try
        {
            FileVolume? volume = folder.Open(path);
            if (volume is not null)
                StoreFiles.TryMarkUsed(path);
            return volume;
        }
        catch (VolumeFormatException failure)
        {
            StoreFiles.TryDelete(path);
            _report($"The file '{path}' {failure.Message}; it is deleted, and its features are computed again.");
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _report($"The features in '{path}' cannot be read, and are computed again: {failure.Message}");
            return null;
        }
    }
}
