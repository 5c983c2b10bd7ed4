namespace TransferLearning.Weights;

/// <summary>Where files that can be fetched again are kept on this machine.</summary>
internal static class CacheFolders
{
    /// <summary>This library's downloaded weights.</summary>
    public static string Weights => Path.Combine(Variable("TRANSFERLEARNING_CACHE") ?? Path.Combine(User, "transferlearning"), "weights");

    /// <summary>PyTorch's downloaded weights; source: <c>torch.hub.get_dir</c>, which takes ~/.cache on every system.</summary>
    public static string TorchHub => Path.Combine(Variable("TORCH_HOME") ?? Path.Combine(DotCache, "torch"), "hub", "checkpoints");

    private static string User
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Caches") : DotCache;
        }
    }

    private static string DotCache => Variable("XDG_CACHE_HOME") ?? Path.Combine(Home, ".cache");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
