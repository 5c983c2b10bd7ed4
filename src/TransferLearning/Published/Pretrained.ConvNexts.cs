using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>ConvNeXt Tiny: 28.6 million parameters, 768 features; 82.5 % on ImageNet, 109 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ConvNextTiny(OfficialWeights weights = default) => ByName("convnext_tiny", weights);

    /// <summary>ConvNeXt Small: 50.2 million parameters, 768 features; 83.6 % on ImageNet, 192 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ConvNextSmall(OfficialWeights weights = default) => ByName("convnext_small", weights);

    /// <summary>ConvNeXt Base: 88.6 million parameters, 1024 features; 84.1 % on ImageNet, 338 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ConvNextBase(OfficialWeights weights = default) => ByName("convnext_base", weights);

    /// <summary>ConvNeXt Large: 197.8 million parameters, 1536 features; 84.4 % on ImageNet, 755 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ConvNextLarge(OfficialWeights weights = default) => ByName("convnext_large", weights);
}
