using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>MobileNetV2: 3.5 million parameters, 1280 features; 72.2 % on ImageNet, 14 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MobileNetV2(OfficialWeights weights = default) => ByName("mobilenet_v2", weights);

    /// <summary>MobileNetV3 Small: 2.5 million parameters, 1024 features; 67.7 % on ImageNet, 10 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MobileNetV3Small(OfficialWeights weights = default) => ByName("mobilenet_v3_small", weights);

    /// <summary>MobileNetV3 Large: 5.5 million parameters, 1280 features; 75.3 % on ImageNet, 21 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MobileNetV3Large(OfficialWeights weights = default) => ByName("mobilenet_v3_large", weights);

    /// <summary>MNASNet 0.5: 2.2 million parameters, 1280 features; 67.7 % on ImageNet, 9 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MnasNet0_5(OfficialWeights weights = default) => ByName("mnasnet0_5", weights);

    /// <summary>MNASNet 0.75: 3.2 million parameters, 1280 features; 71.2 % on ImageNet, 12 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MnasNet0_75(OfficialWeights weights = default) => ByName("mnasnet0_75", weights);

    /// <summary>MNASNet 1.0: 4.4 million parameters, 1280 features; 73.5 % on ImageNet, 17 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MnasNet1_0(OfficialWeights weights = default) => ByName("mnasnet1_0", weights);

    /// <summary>MNASNet 1.3: 6.3 million parameters, 1280 features; 76.5 % on ImageNet, 24 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MnasNet1_3(OfficialWeights weights = default) => ByName("mnasnet1_3", weights);

    /// <summary>ShuffleNetV2 x0.5: 1.4 million parameters, 1024 features; 60.6 % on ImageNet, 5 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ShuffleNetV2X0_5(OfficialWeights weights = default) => ByName("shufflenet_v2_x0_5", weights);

    /// <summary>ShuffleNetV2 x1.0: 2.3 million parameters, 1024 features; 69.4 % on ImageNet, 9 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ShuffleNetV2X1_0(OfficialWeights weights = default) => ByName("shufflenet_v2_x1_0", weights);

    /// <summary>ShuffleNetV2 x1.5: 3.5 million parameters, 1024 features; 73.0 % on ImageNet, 14 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ShuffleNetV2X1_5(OfficialWeights weights = default) => ByName("shufflenet_v2_x1_5", weights);

    /// <summary>ShuffleNetV2 x2.0: 7.4 million parameters, 2048 features; 76.2 % on ImageNet, 28 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ShuffleNetV2X2_0(OfficialWeights weights = default) => ByName("shufflenet_v2_x2_0", weights);
}
