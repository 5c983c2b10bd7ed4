namespace TransferLearning.FeatureCache;

/// <summary>The names of a store's files, and what may be done with them while other processes do the same.</summary>
/// <remarks>What bears another name is somebody else's: it is neither read, counted nor deleted.</remarks>
internal static class StoreFiles
{
    private const string Extension = ".features";

    /// <summary>A name that no volume has yet.</summary>
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

    /// <summary>Deletes a file; false where the system does not let it go. Whoever has it open may go on reading.</summary>
    public static bool TryDelete(string path) => Try(() => File.Delete(path));

    /// <summary>Deletes a folder if it is empty.</summary>
    public static void TryDeleteEmpty(string folder) => Try(() => Directory.Delete(folder));

    /// <summary>Marks a volume as used now; where that may not be written, it counts as used when it was made.</summary>
    public static void TryMarkUsed(string path) => Try(() => File.SetLastWriteTimeUtc(path, DateTime.UtcNow));

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
