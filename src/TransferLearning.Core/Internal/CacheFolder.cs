namespace TransferLearning.Internal;

/// <summary>Where the library keeps what can be made or fetched again.</summary>
internal static class CacheFolder
{
    public const string Variable = "TRANSFERLEARNING_CACHE";

    /// <summary>The full path of the folder for one kind of thing; it may not exist yet.</summary>
    /// <remarks>$TRANSFERLEARNING_CACHE, or transferlearning in the user's cache folder: $XDG_CACHE_HOME or ~/.cache (%LOCALAPPDATA% on Windows).</remarks>
    public static string For(string kind)
    {
        string? chosen = Environment.GetEnvironmentVariable(Variable);
        string root = string.IsNullOrEmpty(chosen) ? Path.Combine(OfUser, "transferlearning") : Path.GetFullPath(chosen);
        return Path.Combine(root, kind);
    }

    /// <summary>$XDG_CACHE_HOME or ~/.cache, on any system.</summary>
    public static string DotCache
    {
        get
        {
            // The XDG base directory specification: a relative path is invalid and to be ignored.
            string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            return Path.IsPathRooted(cache) ? cache : Path.Combine(FolderOf(Environment.SpecialFolder.UserProfile), ".cache");
        }
    }

    private static string OfUser => OperatingSystem.IsWindows() ? FolderOf(Environment.SpecialFolder.LocalApplicationData) : DotCache;

    // Verified, a folder that is absent would be an empty path, and the cache land in the working folder.
    private static string FolderOf(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
