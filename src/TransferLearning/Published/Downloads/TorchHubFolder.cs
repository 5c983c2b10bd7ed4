using TransferLearning.Internal;

namespace TransferLearning.Published.Downloads;

/// <summary>Where PyTorch keeps the weights that it has downloaded; source: <c>torch.hub.get_dir</c>.</summary>
internal static class TorchHubFolder
{
    public static string Checkpoints => Path.Combine(Root, "hub", "checkpoints");

    private static string Root => Environment.GetEnvironmentVariable("TORCH_HOME") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(CacheFolder.DotCache, "torch");
}
