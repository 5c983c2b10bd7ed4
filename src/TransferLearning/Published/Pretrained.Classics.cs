using TransferLearning.Published;

namespace TransferLearning;

public static partial class Pretrained
{
    /// <summary>AlexNet: 61.1 million parameters, 4096 features; 56.5 % on ImageNet, 233 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone AlexNet(OfficialWeights weights = default) => ByName("alexnet", weights);

    /// <summary>VGG-11: 132.9 million parameters, 4096 features; 69.0 % on ImageNet, 507 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg11(OfficialWeights weights = default) => ByName("vgg11", weights);

    /// <summary>VGG-11 with batch norm: 132.9 million parameters, 4096 features; 70.4 % on ImageNet, 507 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg11Bn(OfficialWeights weights = default) => ByName("vgg11_bn", weights);

    /// <summary>VGG-13: 133.0 million parameters, 4096 features; 69.9 % on ImageNet, 508 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg13(OfficialWeights weights = default) => ByName("vgg13", weights);

    /// <summary>VGG-13 with batch norm: 133.1 million parameters, 4096 features; 71.6 % on ImageNet, 508 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg13Bn(OfficialWeights weights = default) => ByName("vgg13_bn", weights);

    /// <summary>VGG-16: 138.4 million parameters, 4096 features; 71.6 % on ImageNet, 528 MB.</summary>
    /// <param name="weights"><see cref="OfficialWeights.ImageNet1KV1"/>, the default, or <see cref="OfficialWeights.ImageNet1KFeatures"/>.</param>
    /// <returns>The network, to be opened with its ImageNet weights.</returns>
    /// <exception cref="ArgumentException">There are no such weights of this network.</exception>
    public static PretrainedBackbone Vgg16(OfficialWeights weights = default) => ByName("vgg16", weights);

    /// <summary>VGG-16 with batch norm: 138.4 million parameters, 4096 features; 73.4 % on ImageNet, 528 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg16Bn(OfficialWeights weights = default) => ByName("vgg16_bn", weights);

    /// <summary>VGG-19: 143.7 million parameters, 4096 features; 72.4 % on ImageNet, 548 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg19(OfficialWeights weights = default) => ByName("vgg19", weights);

    /// <summary>VGG-19 with batch norm: 143.7 million parameters, 4096 features; 74.2 % on ImageNet, 548 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone Vgg19Bn(OfficialWeights weights = default) => ByName("vgg19_bn", weights);

    /// <summary>SqueezeNet 1.0: 1.2 million parameters, 512 features; 58.1 % on ImageNet, 5 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SqueezeNet1_0(OfficialWeights weights = default) => ByName("squeezenet1_0", weights);

    /// <summary>SqueezeNet 1.1: 1.2 million parameters, 512 features; 58.2 % on ImageNet, 5 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone SqueezeNet1_1(OfficialWeights weights = default) => ByName("squeezenet1_1", weights);

    /// <summary>GoogLeNet: 6.6 million parameters, 1024 features; 69.8 % on ImageNet, 50 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone GoogLeNet(OfficialWeights weights = default) => ByName("googlenet", weights);

    /// <summary>Inception v3: 27.2 million parameters, 2048 features; 77.3 % on ImageNet, 104 MB, images of 299 pixels.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone InceptionV3(OfficialWeights weights = default) => ByName("inception_v3", weights);

    /// <summary>DenseNet-121: 8.0 million parameters, 1024 features; 74.4 % on ImageNet, 31 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone DenseNet121(OfficialWeights weights = default) => ByName("densenet121", weights);

    /// <summary>DenseNet-161: 28.7 million parameters, 2208 features; 77.1 % on ImageNet, 110 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone DenseNet161(OfficialWeights weights = default) => ByName("densenet161", weights);

    /// <summary>DenseNet-169: 14.1 million parameters, 1664 features; 75.6 % on ImageNet, 55 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone DenseNet169(OfficialWeights weights = default) => ByName("densenet169", weights);

    /// <summary>DenseNet-201: 20.0 million parameters, 1920 features; 76.9 % on ImageNet, 77 MB.</summary>
    /// <inheritdoc cref="ResNet18" path="/*[not(self::summary)]"/>
    public static PretrainedBackbone DenseNet201(OfficialWeights weights = default) => ByName("densenet201", weights);
}
