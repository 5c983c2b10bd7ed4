using TransferLearning.Published.Downloads;

namespace TransferLearning.Published.HuggingFace;

/// <summary>The environment variables that Hugging Face's own libraries look at; source: huggingface_hub's documentation, "Environment variables".</summary>
internal static class HubVariables
{
    public const string Offline = "HF_HUB_OFFLINE";
    public const string TokenName = "HF_TOKEN";
    public const string EndpointName = "HF_ENDPOINT";

    /// <summary>The hub itself.</summary>
    public static Uri Hub { get; } = new("https://huggingface.co");

    public static Uri Endpoint => DownloadVariables.Address(Value(EndpointName)) ?? Hub;

    public static string CacheFolder => Value("HF_HUB_CACHE") ?? Path.Combine(Home, "hub");

    public static bool IsOffline => Value(Offline)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    public static string? Token => Value(TokenName) ?? ContentOf(Value("HF_TOKEN_PATH") ?? Path.Combine(Home, "token"));

    private static string Home => Value("HF_HOME") ?? Path.Combine(Internal.CacheFolder.DotCache, "huggingface");

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static string? ContentOf(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;        // as where nobody has logged in: public repositories need no token
        }
    }
}
