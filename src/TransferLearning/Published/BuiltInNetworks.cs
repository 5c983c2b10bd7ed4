using TransferLearning.Networks;
using TransferLearning.Networks.Architectures;
using TransferLearning.Published.Timm;

namespace TransferLearning.Published;

/// <summary>All built-in networks, family by family, with the weights that are published for them.</summary>
internal static class BuiltInNetworks
{
    private static readonly ILookup<string, PublishedBackbone> _weights =
        TorchvisionWeights.All.Concat(TimmWeights.All).ToLookup(weights => weights.Name, StringComparer.Ordinal);

    public static IReadOnlyList<CatalogEntry> All { get; } = WithWeights(
    [
        .. ResNet.Catalog,
        .. MobileNetV2.Catalog,
        .. MobileNetV3.Catalog,
        .. MnasNet.Catalog,
        .. ShuffleNetV2.Catalog,
        .. EfficientNetLite.Catalog,
        .. EfficientNet.Catalog,
        .. RegNet.Catalog,
        .. ConvNeXt.Catalog,
        .. VisionTransformer.Catalog,
        .. SwinTransformer.Catalog,
        .. SwinTransformerV2.Catalog,
        .. MaxViT.Catalog,
        .. DenseNet.Catalog,
        .. InceptionV3.Catalog,
        .. GoogLeNet.Catalog,
        .. SqueezeNet.Catalog,
        .. Vgg.Catalog,
        .. AlexNet.Catalog,
    ]);

    /// <summary>Networks that timm has published weights for and torchvision has not.</summary>
    public static IReadOnlyList<CatalogEntry> OfTimm { get; } = WithWeights([.. MobileNetV3.OfTimm, .. VisionTransformer.OfTimm]);

    private static readonly Dictionary<string, CatalogEntry> _byName = All.Concat(OfTimm).ToDictionary(entry => entry.Info.Name, StringComparer.Ordinal);

    /// <summary>A network by its name, timm's own among them; null where none has this name.</summary>
    public static CatalogEntry? Find(string name) => _byName.GetValueOrDefault(name);

    private static CatalogEntry[] WithWeights(NetworkArchitecture[] networks) =>
        [.. networks.Select(network => new CatalogEntry(network, [.. _weights[network.Info.Name]]))];
}
