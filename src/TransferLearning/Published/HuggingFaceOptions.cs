using System.Text;
using TransferLearning.Published.Downloads;
using TransferLearning.Published.HuggingFace;

namespace TransferLearning.Published;

/// <summary>Where Hugging Face's hub is asked, as whom, and where what came from it is kept.</summary>
public sealed record HuggingFaceOptions
{
    /// <summary>The hub's address, or that of a mirror of it.</summary>
    /// <value>
    /// What the environment variable HF_ENDPOINT says; "https://huggingface.co" where it is not set. A store refuses one that is neither of
    /// https nor of this machine.
    /// </value>
    public Uri Endpoint { get; init; } = HubVariables.Endpoint;

    /// <summary>The hub's cache folder, which this library shares with huggingface_hub and all that keep its layout.</summary>
    /// <value>HF_HUB_CACHE; else "hub" in HF_HOME; else in "huggingface" of the user's cache folder (~/.cache, also on Windows).</value>
    public string CacheFolder { get; init; } = HubVariables.CacheFolder;

    /// <summary>Who asks; sent to the <see cref="Endpoint"/> alone, never to where that sends a request on.</summary>
    /// <value>
    /// HF_TOKEN; else the content of the file that HF_TOKEN_PATH names; else of "token" in the folder that <c>hf auth login</c> writes to;
    /// null where there is none, which suffices for public repositories.
    /// </value>
    public string? Token { get; init; } = HubVariables.Token;

    /// <summary>Makes no request to the hub.</summary>
    /// <value>Whether the environment variable HF_HUB_OFFLINE says yes. <see cref="WeightsStoreOptions.Offline"/> has the same effect.</value>
    public bool Offline { get; init; } = HubVariables.IsOffline;

    // The token is nobody's business who prints these options.
    private bool PrintMembers(StringBuilder builder)
    {
        string token = Token is null ? "none" : "***";
        string endpoint = WeightsAddress.Shown(Endpoint);
        builder.Append($"{nameof(Endpoint)} = {endpoint}, {nameof(CacheFolder)} = {CacheFolder}, {nameof(Token)} = {token}, {nameof(Offline)} = {Offline}");
        return true;
    }
}
