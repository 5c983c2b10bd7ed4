using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// AlexNet: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014: the network of Krizhevsky, Sutskever
/// and Hinton, 2012 (figure 2), in one column and without response normalisation. Field names are torchvision's keys.
/// </summary>
internal sealed class AlexNet : StagedNetwork
{
    private const int FeatureSize = 4096;
    private const int PooledSide = 6;

    private readonly Chain features;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Flatten flatten;
    private readonly Chain classifier;
    private readonly InFloat32 exact;

    private AlexNet() : base(nameof(AlexNet))
    {
        features = new Chain(
            Layer.Convolution(3, 64, kernel: 11, stride: 4, padding: 2, bias: true), Layer.Relu(), Pool(),
            Layer.Convolution(64, 192, kernel: 5, bias: true), Layer.Relu(), Pool(),
            Layer.Convolution(192, 384, kernel: 3, bias: true), Layer.Relu(),
            Layer.Convolution(384, 256, kernel: 3, bias: true), Layer.Relu(),
            Layer.Convolution(256, 256, kernel: 3, bias: true), Layer.Relu(), Pool());
        avgpool = nn.AdaptiveAvgPool2d(PooledSide);
        flatten = nn.Flatten();
        classifier = new Chain(
            new KeyedDropout(0.5), Layer.Linear(256 * PooledSide * PooledSide, FeatureSize), Layer.Relu(),
            new KeyedDropout(0.5), Layer.Linear(FeatureSize, FeatureSize), Layer.Relu(),
            Layer.Linear(FeatureSize, 1000));
        exact = new InFloat32();
        RegisterComponents();
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new(
            new BackboneInfo
            {
                Name = "alexnet",
                Stages =
                [
                    new Stage("stem", "features.0"),
                    new Stage("conv2", "features.3"), new Stage("conv3", "features.6"), new Stage("conv4", "features.8"), new Stage("conv5", "features.10"),
                    new Stage("hidden", "classifier.1", "classifier.4"),
                    new Stage("head", "classifier.6"),
                ],
                Head = "classifier.6",
                FeatureSize = FeatureSize,
                Sides = ImageSides.AtLeast(63),
            },
            () => new AlexNet()),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => features.Run(images, 0, 3),                                    // [N, 3, H, W] to [N, 64, H/8, W/8]
        maps => features.Run(maps, 3, 6),                                        // to [N, 192, H/16, W/16]
        maps => features.Run(maps, 6, 8),
        maps => features.Run(maps, 8, 10),
        maps => features.Run(maps, 10, 13).Then(avgpool).Then(flatten),          // to [N, 256, H/32, W/32], then [N, 256 * 6 * 6]
        activations => classifier.Run(activations, 0, 6).Then(exact),            // to [N, 4096]
        activations => classifier.Run(activations, 6, 7),                        // to [N, 1000]
    ];

    private static MaxPool2d Pool() => nn.MaxPool2d(kernel_size: 3, stride: 2);
}
