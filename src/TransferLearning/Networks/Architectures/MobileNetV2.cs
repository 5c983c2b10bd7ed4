using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// MobileNetV2: Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018 (table 2).
/// Field names are torchvision's keys.
/// </summary>
internal sealed class MobileNetV2 : StagedNetwork
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

    private readonly Chain features;
    private readonly GlobalAveragePool avgpool;
    private readonly Chain classifier;

    private MobileNetV2() : base(nameof(MobileNetV2))
    {
        features = new Chain(
        [
            Layer.ConvolutionNorm(3, StemChannels, kernel: 3, stride: 2, activation: Layer.Relu6()),
            .. Layer.Stages(StemChannels, Bottlenecks, (stage, inputs, stride) => new InvertedResidual(inputs, stage.Channels, stage.Expansion, stride))
                .SelectMany(blocks => blocks),
            Layer.ConvolutionNorm(Bottlenecks[^1].Channels, FeatureSize, kernel: 1, activation: Layer.Relu6()),
        ]);
        avgpool = new GlobalAveragePool();
        classifier = new Chain(new KeyedDropout(0.2), Layer.Linear(FeatureSize, 1000));
        RegisterComponents();
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new(
            new BackboneInfo
            {
                Name = "mobilenet_v2",
                Stages = ChainStage.Metadata(_stages, "features", "classifier"),
                Head = "classifier.1",
                FeatureSize = FeatureSize,
            },
            () => new MobileNetV2()),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        .. _stages.SkipLast(1).Select(stage => stage.In(features)),         // [N, 3, H, W] to [N, 320, H/32, W/32]
        maps => _stages[^1].Run(features, maps).Then(avgpool),              // to [N, 1280]
        classifier.call,                                                    // to [N, 1000]
    ];

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Chain conv;
        private readonly Addition? add;

        public InvertedResidual(long inputs, long outputs, int expansion, long stride) : base(nameof(InvertedResidual))
        {
            long hidden = inputs * expansion;
            Convolution2d narrow = Layer.Convolution(hidden, outputs, kernel: 1);
            conv = new Chain();
            if (expansion != 1)
                conv.Append(Layer.ConvolutionNorm(inputs, hidden, kernel: 1, activation: Layer.Relu6()));
            conv.Append(Layer.ConvolutionNorm(hidden, hidden, kernel: 3, stride, groups: hidden, activation: Layer.Relu6()));
            conv.Append(narrow);
            conv.Append(new BatchNormalization(narrow));
            add = Layer.Shortcut(inputs, outputs, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => conv.call(input).Then(add, input);
    }
}
