using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>RegNetX-400MF: 5.5 million parameters, 400 features; 74.9 % on ImageNet, 21 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX400MF(OfficialWeights weights = default) => ByName("regnet_x_400mf", weights);

    /// <summary>RegNetX-800MF: 7.3 million parameters, 672 features; 77.5 % on ImageNet, 28 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX800MF(OfficialWeights weights = default) => ByName("regnet_x_800mf", weights);

    /// <summary>RegNetX-1.6GF: 9.2 million parameters, 912 features; 79.7 % on ImageNet, 35 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX1_6GF(OfficialWeights weights = default) => ByName("regnet_x_1_6gf", weights);

    /// <summary>RegNetX-3.2GF: 15.3 million parameters, 1008 features; 81.2 % on ImageNet, 59 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX3_2GF(OfficialWeights weights = default) => ByName("regnet_x_3_2gf", weights);

    /// <summary>RegNetX-8GF: 39.6 million parameters, 1920 features; 81.7 % on ImageNet, 151 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX8GF(OfficialWeights weights = default) => ByName("regnet_x_8gf", weights);

    /// <summary>RegNetX-16GF: 54.3 million parameters, 2048 features; 82.7 % on ImageNet, 208 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX16GF(OfficialWeights weights = default) => ByName("regnet_x_16gf", weights);

    /// <summary>RegNetX-32GF: 107.8 million parameters, 2520 features; 83.0 % on ImageNet, 412 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetX32GF(OfficialWeights weights = default) => ByName("regnet_x_32gf", weights);

    /// <summary>RegNetY-400MF: 4.3 million parameters, 440 features; 75.8 % on ImageNet, 17 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY400MF(OfficialWeights weights = default) => ByName("regnet_y_400mf", weights);

    /// <summary>RegNetY-800MF: 6.4 million parameters, 784 features; 78.8 % on ImageNet, 25 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY800MF(OfficialWeights weights = default) => ByName("regnet_y_800mf", weights);

    /// <summary>RegNetY-1.6GF: 11.2 million parameters, 888 features; 80.9 % on ImageNet, 43 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY1_6GF(OfficialWeights weights = default) => ByName("regnet_y_1_6gf", weights);

    /// <summary>RegNetY-3.2GF: 19.4 million parameters, 1512 features; 82.0 % on ImageNet, 75 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY3_2GF(OfficialWeights weights = default) => ByName("regnet_y_3_2gf", weights);

    /// <summary>RegNetY-8GF: 39.4 million parameters, 2016 features; 82.8 % on ImageNet, 151 MB.</summary>
    /// <inheritdoc cref="ResNet50" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY8GF(OfficialWeights weights = default) => ByName("regnet_y_8gf", weights);

    /// <summary>RegNetY-16GF: 83.6 million parameters, 3024 features; 82.9 % on ImageNet, 319 MB.</summary>
    /// <param name="weights">
    /// <see cref="OfficialWeights.ImageNet1KV2"/>, the default, or <see cref="OfficialWeights.ImageNet1KV1"/>, or
    /// <see cref="OfficialWeights.ImageNet1KSwagE2EV1"/>, or <see cref="OfficialWeights.ImageNet1KSwagLinearV1"/>.
    /// </param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone RegNetY16GF(OfficialWeights weights = default) => ByName("regnet_y_16gf", weights);

    /// <summary>RegNetY-32GF: 145.0 million parameters, 3712 features; 83.4 % on ImageNet, 554 MB.</summary>
    /// <inheritdoc cref="RegNetY16GF" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone RegNetY32GF(OfficialWeights weights = default) => ByName("regnet_y_32gf", weights);

    /// <summary>
    /// RegNetY-128GF: 644.8 million parameters, 7392 features; 88.2 % on ImageNet, 2462 MB, images of 384 pixels; not for commercial use (CC-BY-NC 4.0).
    /// </summary>
    /// <param name="weights"><see cref="OfficialWeights.ImageNet1KSwagE2EV1"/>, the default, or <see cref="OfficialWeights.ImageNet1KSwagLinearV1"/>.</param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone RegNetY128GF(OfficialWeights weights = default) => ByName("regnet_y_128gf", weights);
}
