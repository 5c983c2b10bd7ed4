using TransferLearning.Storage;
using TransferLearning.Weights.Downloads;

namespace TransferLearning.Weights;

/// <summary>Where published weights are kept and how they are fetched.</summary>
public sealed record WeightsStoreOptions
{
    /// <summary>The folder that downloads go to.</summary>
    /// <value>"weights" in the folder that the environment variable TRANSFERLEARNING_CACHE names; where it is not set, in "transferlearning" of the user's cache folder.</value>
    public string Folder { get; init; } = CacheFolder.For("weights");

    /// <summary>PyTorch's own download folder: a file that lies there already is used, never changed.</summary>
    /// <value>"hub/checkpoints" in TORCH_HOME, or in "torch" of the user's cache folder; null looks nowhere.</value>
    public string? HubFolder { get; init; } = TorchHubFolder.Checkpoints;

    /// <summary>How long a server may stay silent.</summary>
    /// <value>At least a millisecond; one minute by default.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Sends the requests; borrowed.</summary>
    /// <value>A shared client by default, which honours the system's proxy.</value>
    public HttpClient? Client { get; init; }
}
