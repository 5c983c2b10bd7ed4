using TransferLearning.Backbones.Networks;
using TransferLearning.Transforms;

namespace TransferLearning.Backbones;

/// <summary>All built-in networks, family by family.</summary>
internal static class BuiltInNetworks
{
    public static IReadOnlyList<CatalogEntry> All { get; } =
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
    ];

    /// <summary>A network as it was when it learned: for pictures of the side that they had then, where its weights count positions. Its weights come from elsewhere.</summary>
    /// <returns>Null where no network has this name.</returns>
    public static PretrainedBackbone? Trained(string name, Preprocessing preprocessing) => All.FirstOrDefault(entry => entry.Info.Name == name)?.At(preprocessing);
}
