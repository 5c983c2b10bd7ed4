using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Published.Timm;

/// <summary>The weights that timm publishes for networks that torchvision lacks, one line a file, as in <see cref="TorchvisionWeights"/>.</summary>
internal static class TimmWeights
{
    public static IReadOnlyList<PublishedBackbone> All { get; } =
    [
        Row("tf_efficientnet_lite0-0aa007d2", parameters: 4_652_008, resizeTo: 256, cropTo: 224, Interpolation.Bicubic),
        Row("tf_efficientnet_lite1-bde8b488", parameters: 5_416_680, resizeTo: 272, cropTo: 240, Interpolation.Bicubic),
        Row("tf_efficientnet_lite2-dcccb7df", parameters: 6_092_072, resizeTo: 292, cropTo: 260, Interpolation.Bicubic),
        Row("tf_efficientnet_lite3-b733e338", parameters: 8_197_096, resizeTo: 331, cropTo: 300, Interpolation.Bilinear),
        Row("tf_efficientnet_lite4-741542c3", parameters: 13_006_568, resizeTo: 413, cropTo: 380, Interpolation.Bilinear),
    ];

    private static PublishedBackbone Row(string file, long parameters, int resizeTo, int cropTo, Interpolation interpolation) => new()
    {
        Name = file.Split('-')[0],
        Weights = OfficialWeights.ImageNet1KV1,
        Address = $"https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/{file}.pth",
        IsDefault = false,
        Features = 0,   // the catalog, which knows the network, fills in both
        Parameters = parameters,
        Top1Accuracy = null,
        Top5Accuracy = null,
        Megabytes = null,
        Gflops = null,
        License = "Apache-2.0",
        Preprocessing = new() { ResizeTo = resizeTo, CropTo = cropTo, Interpolation = interpolation, Statistics = ChannelStatistics.Inception },
    };
}
