using TransferLearning.Backbones.Networks;

namespace TransferLearning.Backbones;

/// <summary>All built-in networks, family by family.</summary>
internal static class BuiltInNetworks
{
    public static IReadOnlyList<CatalogEntry> All { get; } =
    [
        .. ResNet.Catalog,
        .. MobileNetV2.Catalog,
        .. EfficientNetLite.Catalog,
        .. EfficientNet.Catalog,
        .. ConvNeXt.Catalog,
        .. VisionTransformer.Catalog,
    ];
}
