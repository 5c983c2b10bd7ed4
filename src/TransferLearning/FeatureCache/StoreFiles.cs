using TransferLearning.Internal;

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

    /// <summary>The shelves' folders, each named after its key's hash.</summary>
    public static IEnumerable<string> Shelves(string root) =>
        Listed(root, Directory.GetDirectories).Where(path => Path.GetFileName(path) is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower));

    /// <summary>The files of a shelf, in the order of their names.</summary>
    public static IEnumerable<string> In(string shelf) => Listed(shelf, Directory.GetFiles).Order(StringComparer.Ordinal);

    /// <summary>Deletes a file; false if that fails. Open handles stay readable; Windows may keep the name until they are closed.</summary>
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
    public long MaximumBytes => maximumBytes;

    /// <summary>Marks a volume as used now.</summary>
    public void TryMarkUsed(string volume) => StoreFiles.TryMarkUsed(volume, clock.GetUtcNow());

    /// <summary>Deletes volumes, least recently opened first, until the store is within its size limit, and what killed writers left.</summary>
    /// <param name="shelf">The folder of the shelf being filled, whose volumes are deleted last.</param>
    /// <param name="isKept">Whether a volume of that shelf is not to be deleted.</param>
    /// <returns>The volumes deleted from that shelf, and whether the store is within its limit.</returns>
    public (IReadOnlySet<string> Deleted, bool Fits) Enforce(string shelf, Func<string, bool> isKept)
    {
        var volumes = new List<FileInfo>();
        foreach (string folder in StoreFiles.Shelves(root))
        {
            AtomicFile.DeleteAbandoned(folder, StoreFiles.IsVolume);
            StoreFiles.TryDeleteEmpty(folder);

            // Exists reads length and time once, so that they stay available if the file is deleted.
            volumes.AddRange(StoreFiles.In(folder).Where(StoreFiles.IsVolume).Select(path => new FileInfo(path)).Where(file => file.Exists));
        }

        var deleted = new HashSet<string>();
        long total = volumes.Sum(volume => volume.Length);
        foreach (FileInfo volume in volumes
            .OrderBy(volume => volume.DirectoryName == shelf)
            .ThenBy(volume => volume.LastWriteTimeUtc)
            .ThenBy(volume => volume.Name, StringComparer.Ordinal))
        {
            bool isHere = volume.DirectoryName == shelf;
            if (total <= maximumBytes)
                break;
            if ((isHere && isKept(volume.FullName)) || !StoreFiles.TryDelete(volume.FullName))
                continue;
            total -= volume.Length;
            if (isHere)
                deleted.Add(volume.FullName);
            else
                StoreFiles.TryDeleteEmpty(volume.DirectoryName!);
        }
        return (deleted, total <= maximumBytes);
    }
}
