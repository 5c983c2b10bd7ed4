using TransferLearning.Backbones;
using TransferLearning.Weights;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippet of docs/weights.md.</summary>
internal static class WeightsSnippets
{
    public static string Fetch(WeightsSource.Published published, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        string path = new WeightsStore(new WeightsStoreOptions
        {
            Folder = "/srv/weights",
            Mirror = new Uri("https://mirror.example.org/torch/weights"),
            Attempts = 8,
        }).Fetch(published, progress, cancellationToken);
        return path;
    }
}
