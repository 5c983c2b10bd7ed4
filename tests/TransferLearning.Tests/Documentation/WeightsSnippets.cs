using TransferLearning.Formats;
using TransferLearning.Published;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/weights.md.</summary>
internal static class WeightsSnippets
{
    public static string Fetch(WeightsSource.Published published, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        string path = new WeightsStore(new WeightsStoreOptions
        {
            Folder = "/srv/weights",
            LockFile = "weights.lock.json",
            Mirror = new Uri("https://mirror.example.org/torch/weights"),
            Attempts = 8,
        }).Fetch(published, progress, cancellationToken);
        return path;
    }

    public static PretrainedBackbone FromTheHub()
    {
        PretrainedBackbone network = Pretrained.FromHuggingFace("timm/resnet18.a1_in1k");
        return network;
    }

    public static PretrainedBackbone OfAnotherLayout()
    {
        PretrainedBackbone network = Pretrained.ResNet18() with
        {
            Weights = new WeightsSource.HuggingFace("owner/name") { Rename = WeightsRename.By(key => key.Replace("backbone.", "")) },
        };
        return network;
    }

    public static PretrainedBackbone ByOrder()
    {
        PretrainedBackbone network = Pretrained.EfficientNetLite0().WithWeights("efficientnet_lite0.pth", WeightsRename.ByOrder);
        return network;
    }
}
