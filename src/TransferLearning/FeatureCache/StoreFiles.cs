namespace TransferLearning.FeatureCache;

/// <summary>The file names of a store, and file operations that are safe while other processes use the same files.</summary>
/// <remarks>Files with other names are not read, counted or deleted.</remarks>
internal static class StoreFiles
{
    private const string Extension = ".features";

    /// <summary>A new unique name.</summary>
    public static string NewVolume() => $"{Guid.NewGuid():N}{Extension}";

    public static bool IsVolume(string path) =>
        Path.GetExtension(path) == Extension && Guid.TryParseExact(Path.GetFileNameWithoutExtension(path), "N", out _);

    /// <summary>Whether a file is one that a writer has not finished: see <see cref="Internal.AtomicFile"/>.</summary>
    public static bool IsUnfinished(string path) =>
        Path.GetFileName(path) is ['.', .. string name] && Path.GetExtension(name) == ".partial"
        && IsVolume(Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(name)));

    /// <summary>The shelves' folders, each named after its key's hash.</summary>
    public static IEnumerable<string> Shelves(string root) =>
        Listed(root, Directory.GetDirectories).Where(path => Path.GetFileName(path) is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower));

    /// <summary>The files of a shelf, in the order of their names.</summary>
    public static IEnumerable<string> In(string shelf) => Listed(shelf, Directory.GetFiles).Order(StringComparer.Ordinal);

    /// <summary>Deletes a file; false if that fails. Open handles stay readable.</summary>
    public static bool TryDelete(string path) => Try(() => File.Delete(path));

    /// <summary>Deletes a folder if it is empty.</summary>
    public static void TryDeleteEmpty(string folder) => Try(() => Directory.Delete(folder));

    /// <summary>Marks a volume as used; if that fails, its time of creation counts.</summary>
    public static void TryMarkUsed(string path, DateTimeOffset now) => Try(() => File.SetLastWriteTimeUtc(path, now.UtcDateTime));

    private static string[] Listed(string folder, Func<string, string[]> list)
    {
        string[] found = [];
        Try(() => found = list(folder));
        return found;
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Keeps a store, with all its shelves, within its maximum size.</summary>
internal sealed class StoreBound(string root, long maximumBytes, TimeProvider clock)
{
    // An unfinished file older than a day belongs to a process that has ended.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    public long MaximumBytes => maximumBytes;

    /// <summary>Marks a volume as used now.</summary>
    public void TryMarkUsed(string volume) => StoreFiles.TryMarkUsed(volume, clock.GetUtcNow());

    /// <summary>Deletes volumes, least recently opened first, until the store is within its size limit, and old unfinished files.</summary>
    /// <param name="newest">The volume just written: it is not deleted, and the others of its shelf are deleted last.</param>
    /// <returns>The volumes deleted from its shelf.</returns>
    public IReadOnlySet<string> Enforce(string newest)
    {
        var volumes = new List<FileInfo>();
        foreach (string path in StoreFiles.Shelves(root).SelectMany(StoreFiles.In))
        {
            // Exists reads length and time once, so that they stay available if the file is deleted.
            var file = new FileInfo(path);
            if (!file.Exists)
                continue;
            if (StoreFiles.IsVolume(path))
                volumes.Add(file);
            else if (StoreFiles.IsUnfinished(path) && clock.GetUtcNow() - file.LastWriteTimeUtc > _abandoned)
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
