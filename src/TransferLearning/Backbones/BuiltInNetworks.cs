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
        .. AlexNet.Catalog,
        .. Vgg.Catalog,
        .. SqueezeNet.Catalog,
        .. DenseNet.Catalog,
        .. GoogLeNet.Catalog,
        .. InceptionV3.Catalog,
        .. SwinTransformer.Catalog,
        .. SwinTransformerV2.Catalog,
        .. MaxViT.Catalog,
    ];
}
