namespace TransferLearning.FeatureCache;

/// <summary>Keeps a store, all its shelves together, within its bytes.</summary>
internal sealed class StoreBound(string root, long maximumBytes)
{
    // Nobody writes a volume for a day: such a file's writer has died.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    public long MaximumBytes => maximumBytes;

    /// <summary>Deletes volumes, least recently opened first, until the store is within its bound; and what dead writers left.</summary>
    /// <param name="newest">The volume just written: it stays, and its shelf's others go last.</param>
    /// <returns>The volumes deleted from its shelf.</returns>
    public IReadOnlySet<string> Enforce(string newest)
    {
        var volumes = new List<FileInfo>();
        foreach (string path in StoreFiles.Shelves(root).SelectMany(StoreFiles.In))
        {
            // Asked whether it exists, it keeps its length and time, whatever becomes of the file meanwhile.
            var file = new FileInfo(path);
            if (!file.Exists)
                continue;
            if (StoreFiles.IsVolume(path))
                volumes.Add(file);
            else if (StoreFiles.IsUnfinished(path) && DateTime.UtcNow - file.LastWriteTimeUtc > _abandoned)
                StoreFiles.TryDelete(path);
        }

        IReadOnlySet<string> deletedHere = DeleteOldest(volumes, newest);
        foreach (string shelf in StoreFiles.Shelves(root))
            StoreFiles.TryDeleteEmpty(shelf);
        return deletedHere;
    }

    private HashSet<string> DeleteOldest(List<FileInfo> volumes, string newest)
    {
        string? here = Path.GetDirectoryName(newest);
        var deletedHere = new HashSet<string>();
        long total = volumes.Sum(volume => volume.Length);
        foreach (FileInfo volume in volumes
            .Where(volume => volume.FullName != newest)
            .OrderBy(volume => volume.DirectoryName == here)
            .ThenBy(volume => volume.LastWriteTimeUtc)
            .ThenBy(volume => volume.Name, StringComparer.Ordinal))
        {
            if (total <= maximumBytes)
                break;
            if (!StoreFiles.TryDelete(volume.FullName))
                continue;
            total -= volume.Length;
            if (volume.DirectoryName == here)
                deletedHere.Add(volume.FullName);
        }
        return deletedHere;
    }
}
