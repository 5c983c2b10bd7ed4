using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// AlexNet: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014: the network of Krizhevsky, Sutskever
/// and Hinton, 2012 (figure 2), in one column and without response normalisation. Field names are torchvision's keys.
/// </summary>
internal sealed class AlexNet() : StagedNetwork(nameof(AlexNet))
{
    private const int FeatureSize = 4096;
    private const int PooledSide = 6;

    private readonly Chain features = new(
        Layer.Convolution(3, 64, kernel: 11, stride: 4, padding: 2, bias: true), Layer.Relu(), Pool(),
        Layer.Convolution(64, 192, kernel: 5, bias: true), Layer.Relu(), Pool(),
        Layer.Convolution(192, 384, kernel: 3, bias: true), Layer.Relu(),
        Layer.Convolution(384, 256, kernel: 3, bias: true), Layer.Relu(),
        Layer.Convolution(256, 256, kernel: 3, bias: true), Layer.Relu(), Pool());
    private readonly AdaptiveAvgPool2d avgpool = nn.AdaptiveAvgPool2d(PooledSide);
    private readonly Flatten flatten = nn.Flatten();
    private readonly Chain classifier = new(
        new KeyedDropout(0.5), Layer.Linear(256 * PooledSide * PooledSide, FeatureSize), Layer.Relu(),
        new KeyedDropout(0.5), Layer.Linear(FeatureSize, FeatureSize), Layer.Relu(),
        Layer.Linear(FeatureSize, 1000));
    private readonly InFloat32 exact = new();

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new("alexnet",
            [
                new("stem", "features.0"),
                new("conv2", "features.3"), new("conv3", "features.6"), new("conv4", "features.8"), new("conv5", "features.10"),
                new("hidden", "classifier.1", "classifier.4"),
            ],
            head: "classifier.6", FeatureSize, () => new AlexNet(), ImageSides.AtLeast(63)),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => features.Run(images, 0, 3),                                    // [N, 3, H, W] to [N, 64, H/8, W/8]
        maps => features.Run(maps, 3, 6),                                        // to [N, 192, H/16, W/16]
        maps => features.Run(maps, 6, 8),
        maps => features.Run(maps, 8, 10),
        maps => features.Run(maps, 10, 13).Then(avgpool).Then(flatten),          // to [N, 256, H/32, W/32], then [N, 256 * 6 * 6]
        activations => classifier.Run(activations, 0, 6).Then(exact),            // to [N, 4096]
        classifier[6].call,                                                      // to [N, 1000]
    ];

    private static MaxPool2d Pool() => nn.MaxPool2d(kernel_size: 3, stride: 2);
}
