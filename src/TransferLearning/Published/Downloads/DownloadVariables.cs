using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>The environment variables that say how weights are fetched.</summary>
internal static class DownloadVariables
{
    public const string Offline = "TRANSFERLEARNING_OFFLINE";
    public const string Mirror = "TRANSFERLEARNING_MIRROR";
    public const string TrustMirror = "TRANSFERLEARNING_TRUST_MIRROR";

    public static bool IsOffline => IsSet(Environment.GetEnvironmentVariable(Offline));

    public static bool IsMirrorTrusted => IsSet(Environment.GetEnvironmentVariable(TrustMirror));

    public static Uri? MirrorAddress => Address(Environment.GetEnvironmentVariable(Mirror));

    /// <summary>Whether a value says yes: 1, or true in any case.</summary>
    public static bool IsSet(string? value) => value is "1" || string.Equals(value, bool.TrueString, StringComparison.OrdinalIgnoreCase);

    /// <summary>A value as an address; what is none becomes a relative one, which a store refuses by name.</summary>
    public static Uri? Address(string? value) => string.IsNullOrWhiteSpace(value)
        ? null
        : Uri.TryCreate(value.Trim(), UriKind.Absolute, out Uri? address) ? address : new Uri(Uri.EscapeDataString(value), UriKind.Relative);
}

/// <summary>Where PyTorch keeps the weights that it has downloaded; source: <c>torch.hub.get_dir</c>.</summary>
internal static class TorchHubFolder
{
    public static string Checkpoints => Path.Combine(Root, "hub", "checkpoints");

    private static string Root => Environment.GetEnvironmentVariable("TORCH_HOME") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(CacheFolder.DotCache, "torch");
}
