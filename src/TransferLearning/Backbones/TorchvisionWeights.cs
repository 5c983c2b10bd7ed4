using TransferLearning.Transforms;

namespace TransferLearning.Backbones;

/// <summary>Where torchvision publishes its classification weights, and how it evaluated them.</summary>
internal static class TorchvisionWeights
{
    /// <summary>The files of the first and, where there is one, the second training recipe.</summary>
    /// <param name="files">File names without their ending: "resnet50-0676ba61".</param>
    public static IReadOnlyList<PublishedWeights> From(params IReadOnlyList<string> files) =>
    [
        .. files.Select((file, index) => new PublishedWeights(
            index == 0 ? OfficialWeights.ImageNet1KV1 : OfficialWeights.ImageNet1KV2,
            $"https://download.pytorch.org/models/{file}.pth",
            new Preprocessing { ResizeTo = index == 0 ? 256 : 232 })),
    ];
}
