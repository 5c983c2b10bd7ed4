using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// MobileNetV2: Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018 (table 2).
/// Field names are torchvision's keys.
/// </summary>
internal sealed class MobileNetV2() : StagedNetwork(nameof(MobileNetV2))
{
    private const int StemChannels = 32;
    private const int FeatureSize = 1280;

    private static readonly StageOfBlocks[] Bottlenecks =
    [
        new(1, 16, 1, 1),
        new(6, 24, 2, 2),
        new(6, 32, 3, 2),
        new(6, 64, 4, 2),
        new(6, 96, 3, 1),
        new(6, 160, 3, 2),
        new(6, 320, 1, 1),
    ];

    private static readonly ChainStage[] _stages =
        ChainStage.Sequence([("stem", 1), .. Bottlenecks.Select((stage, index) => ($"stage{index + 1}", stage.Depth)), ("top", 1)]);

    private readonly Chain features = new(
    [
        Layer.ConvolutionNorm(3, StemChannels, kernel: 3, stride: 2, activation: Layer.Relu6()),
        .. Layer.Stages(StemChannels, Bottlenecks, InvertedResidual).SelectMany(blocks => blocks),
        Layer.ConvolutionNorm(Bottlenecks[^1].Channels, FeatureSize, kernel: 1, activation: Layer.Relu6()),
    ]);
    private readonly GlobalAveragePool avgpool = new();
    private readonly Chain classifier = new(new KeyedDropout(0.2), Layer.Linear(FeatureSize, 1000));

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
        [new("mobilenet_v2", ChainStage.Metadata(_stages, "features"), head: "classifier.1", FeatureSize, () => new MobileNetV2())];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        .. ChainStage.Steps(_stages, features, maps => maps.Then(avgpool)), // [N, 3, H, W] to [N, 320, H/32, W/32], then [N, 1280]
        classifier.call,                                                    // to [N, 1000]
    ];

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private static Residual InvertedResidual(StageOfBlocks stage, long inputs, long stride)
    {
        long hidden = inputs * stage.Expansion;
        Convolution2d narrow = Layer.Convolution(hidden, stage.Channels, kernel: 1);
        return new Residual(Layer.KeepsSize(inputs, stage.Channels, stride), ("conv", new Chain(
            stage.Expansion != 1 ? Layer.ConvolutionNorm(inputs, hidden, kernel: 1, activation: Layer.Relu6()) : null,
            Layer.ConvolutionNorm(hidden, hidden, kernel: 3, stride, groups: hidden, activation: Layer.Relu6()),
            narrow,
            new BatchNormalization(narrow))));
    }
}
