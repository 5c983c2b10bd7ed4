using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>ViT-B/16: 86.6 million parameters, 768 features; 81.1 % on ImageNet, 330 MB.</summary>
    /// <param name="weights">
    /// <see cref="OfficialWeights.ImageNet1KV1"/>, the default, or <see cref="OfficialWeights.ImageNet1KSwagE2EV1"/>, or
    /// <see cref="OfficialWeights.ImageNet1KSwagLinearV1"/>.
    /// </param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone ViTB16(OfficialWeights weights = default) => ByName("vit_b_16", weights);

    /// <summary>ViT-B/32: 88.2 million parameters, 768 features; 75.9 % on ImageNet, 337 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ViTB32(OfficialWeights weights = default) => ByName("vit_b_32", weights);

    /// <summary>ViT-L/16: 304.3 million parameters, 1024 features; 79.7 % on ImageNet, 1161 MB.</summary>
    /// <inheritdoc cref="ViTB16" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ViTL16(OfficialWeights weights = default) => ByName("vit_l_16", weights);

    /// <summary>ViT-L/32: 306.5 million parameters, 1024 features; 77.0 % on ImageNet, 1169 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ViTL32(OfficialWeights weights = default) => ByName("vit_l_32", weights);

    /// <summary>
    /// ViT-H/14: 633.5 million parameters, 1280 features; 88.6 % on ImageNet, 2417 MB, images of 518 pixels; not for commercial use (CC-BY-NC 4.0).
    /// </summary>
    /// <inheritdoc cref="RegNetY128GF" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone ViTH14(OfficialWeights weights = default) => ByName("vit_h_14", weights);

    /// <summary>Swin-T: 28.3 million parameters, 768 features; 81.5 % on ImageNet, 108 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinT(OfficialWeights weights = default) => ByName("swin_t", weights);

    /// <summary>Swin-S: 49.6 million parameters, 768 features; 83.2 % on ImageNet, 190 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinS(OfficialWeights weights = default) => ByName("swin_s", weights);

    /// <summary>Swin-B: 87.8 million parameters, 1024 features; 83.6 % on ImageNet, 335 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinB(OfficialWeights weights = default) => ByName("swin_b", weights);

    /// <summary>Swin v2-T: 28.4 million parameters, 768 features; 82.1 % on ImageNet, 109 MB, images of 256 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinV2T(OfficialWeights weights = default) => ByName("swin_v2_t", weights);

    /// <summary>Swin v2-S: 49.7 million parameters, 768 features; 83.7 % on ImageNet, 191 MB, images of 256 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinV2S(OfficialWeights weights = default) => ByName("swin_v2_s", weights);

    /// <summary>Swin v2-B: 87.9 million parameters, 1024 features; 84.1 % on ImageNet, 336 MB, images of 256 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SwinV2B(OfficialWeights weights = default) => ByName("swin_v2_b", weights);

    /// <summary>MaxViT-T: 30.9 million parameters, 512 features; 83.7 % on ImageNet, 119 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone MaxViTT(OfficialWeights weights = default) => ByName("maxvit_t", weights);
}
