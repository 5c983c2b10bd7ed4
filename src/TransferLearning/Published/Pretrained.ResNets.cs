using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>ResNet-18: 11.7 million parameters, 512 features; 69.8 % on ImageNet, 45 MB.</summary>
    /// <param name="weights"><see cref="OfficialWeights.ImageNet1KV1"/>, the default.</param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone ResNet18(OfficialWeights weights = default) => ByName("resnet18", weights);

    /// <summary>ResNet-34: 21.8 million parameters, 512 features; 73.3 % on ImageNet, 83 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNet34(OfficialWeights weights = default) => ByName("resnet34", weights);

    /// <summary>ResNet-50: 25.6 million parameters, 2048 features; 80.9 % on ImageNet, 98 MB.</summary>
    /// <param name="weights"><see cref="OfficialWeights.ImageNet1KV2"/>, the default, or <see cref="OfficialWeights.ImageNet1KV1"/>.</param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone ResNet50(OfficialWeights weights = default) => ByName("resnet50", weights);

    /// <summary>ResNet-101: 44.5 million parameters, 2048 features; 81.9 % on ImageNet, 171 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNet101(OfficialWeights weights = default) => ByName("resnet101", weights);

    /// <summary>ResNet-152: 60.2 million parameters, 2048 features; 82.3 % on ImageNet, 230 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNet152(OfficialWeights weights = default) => ByName("resnet152", weights);

    /// <summary>ResNeXt-50, 32x4d: 25.0 million parameters, 2048 features; 81.2 % on ImageNet, 96 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNext50_32X4D(OfficialWeights weights = default) => ByName("resnext50_32x4d", weights);

    /// <summary>ResNeXt-101, 32x8d: 88.8 million parameters, 2048 features; 82.8 % on ImageNet, 340 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNext101_32X8D(OfficialWeights weights = default) => ByName("resnext101_32x8d", weights);

    /// <summary>ResNeXt-101, 64x4d: 83.5 million parameters, 2048 features; 83.2 % on ImageNet, 319 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ResNext101_64X4D(OfficialWeights weights = default) => ByName("resnext101_64x4d", weights);

    /// <summary>Wide ResNet-50-2: 68.9 million parameters, 2048 features; 81.6 % on ImageNet, 263 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone WideResNet50_2(OfficialWeights weights = default) => ByName("wide_resnet50_2", weights);

    /// <summary>Wide ResNet-101-2: 126.9 million parameters, 2048 features; 82.5 % on ImageNet, 485 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone WideResNet101_2(OfficialWeights weights = default) => ByName("wide_resnet101_2", weights);
}
