using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>EfficientNet-B0: 5.3 million parameters, 1280 features; 77.7 % on ImageNet, 20 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB0(OfficialWeights weights = default) => ByName("efficientnet_b0", weights);

    /// <summary>EfficientNet-B1: 7.8 million parameters, 1280 features; 79.8 % on ImageNet, 30 MB, images of 240 pixels.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB1(OfficialWeights weights = default) => ByName("efficientnet_b1", weights);

    /// <summary>EfficientNet-B2: 9.1 million parameters, 1408 features; 80.6 % on ImageNet, 35 MB, images of 288 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB2(OfficialWeights weights = default) => ByName("efficientnet_b2", weights);

    /// <summary>EfficientNet-B3: 12.2 million parameters, 1536 features; 82.0 % on ImageNet, 47 MB, images of 300 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB3(OfficialWeights weights = default) => ByName("efficientnet_b3", weights);

    /// <summary>EfficientNet-B4: 19.3 million parameters, 1792 features; 83.4 % on ImageNet, 74 MB, images of 380 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB4(OfficialWeights weights = default) => ByName("efficientnet_b4", weights);

    /// <summary>EfficientNet-B5: 30.4 million parameters, 2048 features; 83.4 % on ImageNet, 117 MB, images of 456 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB5(OfficialWeights weights = default) => ByName("efficientnet_b5", weights);

    /// <summary>EfficientNet-B6: 43.0 million parameters, 2304 features; 84.0 % on ImageNet, 165 MB, images of 528 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB6(OfficialWeights weights = default) => ByName("efficientnet_b6", weights);

    /// <summary>EfficientNet-B7: 66.3 million parameters, 2560 features; 84.1 % on ImageNet, 255 MB, images of 600 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetB7(OfficialWeights weights = default) => ByName("efficientnet_b7", weights);

    /// <summary>EfficientNetV2-S: 21.5 million parameters, 1280 features; 84.2 % on ImageNet, 83 MB, images of 384 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetV2S(OfficialWeights weights = default) => ByName("efficientnet_v2_s", weights);

    /// <summary>EfficientNetV2-M: 54.1 million parameters, 1280 features; 85.1 % on ImageNet, 208 MB, images of 480 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetV2M(OfficialWeights weights = default) => ByName("efficientnet_v2_m", weights);

    /// <summary>EfficientNetV2-L: 118.5 million parameters, 1280 features; 85.8 % on ImageNet, 455 MB, images of 480 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone EfficientNetV2L(OfficialWeights weights = default) => ByName("efficientnet_v2_l", weights);

    /// <summary>EfficientNet-Lite0: 4.7 million parameters, 1280 features, images of 224 pixels; TensorFlow's weights as timm publishes them.</summary>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone EfficientNetLite0() => ByName("tf_efficientnet_lite0");

    /// <summary>EfficientNet-Lite1: 5.4 million parameters, 1280 features, images of 240 pixels; TensorFlow's weights as timm publishes them.</summary>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone EfficientNetLite1() => ByName("tf_efficientnet_lite1");

    /// <summary>EfficientNet-Lite2: 6.1 million parameters, 1280 features, images of 260 pixels; TensorFlow's weights as timm publishes them.</summary>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone EfficientNetLite2() => ByName("tf_efficientnet_lite2");

    /// <summary>EfficientNet-Lite3: 8.2 million parameters, 1280 features, images of 300 pixels; TensorFlow's weights as timm publishes them.</summary>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone EfficientNetLite3() => ByName("tf_efficientnet_lite3");

    /// <summary>EfficientNet-Lite4: 13.0 million parameters, 1280 features, images of 380 pixels; TensorFlow's weights as timm publishes them.</summary>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    public static PretrainedBackbone EfficientNetLite4() => ByName("tf_efficientnet_lite4");
}
