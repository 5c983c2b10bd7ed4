using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// MobileNetV3: Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le and Adam, "Searching for MobileNetV3", 2019 (tables 1
/// and 2). Field names are torchvision's keys.
/// </summary>
internal sealed class MobileNetV3 : StagedNetwork
{
    public const string TimmSmall = "mobilenetv3_small_100";
    public const string TimmLarge = "mobilenetv3_large_100";

    private const int StemChannels = 16;

    // TensorFlow's epsilon, as the paper's; timm's networks of 2019 have PyTorch's.
    private const double PaperEpsilon = 1e-3;
    private const double PyTorchEpsilon = 1e-5;

    private const double NormMomentum = 0.01;       // the paper's average decays by 0.99

    // A stage begins where the side is halved; the first may keep it.
    private static readonly Block[][] _small =
    [
        [new(3, 16, 16, Gated: true, Stride: 2)],
        [new(3, 72, 24, Stride: 2), new(3, 88, 24)],
        [
            new(5, 96, 40, Gated: true, Swish: true, Stride: 2),
            new(5, 240, 40, Gated: true, Swish: true),
            new(5, 240, 40, Gated: true, Swish: true),
            new(5, 120, 48, Gated: true, Swish: true),
            new(5, 144, 48, Gated: true, Swish: true),
        ],
        [
            new(5, 288, 96, Gated: true, Swish: true, Stride: 2),
            new(5, 576, 96, Gated: true, Swish: true),
            new(5, 576, 96, Gated: true, Swish: true),
        ],
    ];

    private static readonly Block[][] _large =
    [
        [new(3, 16, 16)],
        [new(3, 64, 24, Stride: 2), new(3, 72, 24)],
        [
            new(5, 72, 40, Gated: true, Stride: 2),
            new(5, 120, 40, Gated: true),
            new(5, 120, 40, Gated: true),
        ],
        [
            new(3, 240, 80, Swish: true, Stride: 2),
            new(3, 200, 80, Swish: true),
            new(3, 184, 80, Swish: true),
            new(3, 184, 80, Swish: true),
            new(3, 480, 112, Gated: true, Swish: true),
            new(3, 672, 112, Gated: true, Swish: true),
        ],
        [
            new(5, 672, 160, Gated: true, Swish: true, Stride: 2),
            new(5, 960, 160, Gated: true, Swish: true),
            new(5, 960, 160, Gated: true, Swish: true),
        ],
    ];

    private readonly ChainStage[] _stages;
    private readonly Chain features;
    private readonly GlobalAveragePool avgpool = new();
    private readonly Chain classifier;

    private MobileNetV3(Block[][] stages, int featureSize, double epsilon) : base(nameof(MobileNetV3))
    {
        _stages = StagesOf(stages);
        long channels = StemChannels;
        features = new Chain(Convolution(3, channels, kernel: 3, swish: true, epsilon, stride: 2));
        foreach (Block block in stages.SelectMany(stage => stage))
        {
            features.Append(InvertedResidual(channels, block, epsilon));
            channels = block.Outputs;
        }
        features.Append(Convolution(channels, 6 * channels, kernel: 1, swish: true, epsilon));
        classifier = new Chain(Layer.Linear(6 * channels, featureSize), nn.Hardswish(), new KeyedDropout(0.2), Layer.Linear(featureSize, 1000));
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("mobilenet_v3_small", _small, featureSize: 1024, PaperEpsilon),
        Entry("mobilenet_v3_large", _large, featureSize: 1280, PaperEpsilon),
    ];

    /// <summary>The networks as timm builds them.</summary>
    public static IReadOnlyList<NetworkArchitecture> OfTimm { get; } =
    [
        Entry(TimmSmall, _small, featureSize: 1024, PyTorchEpsilon),
        Entry(TimmLarge, _large, featureSize: 1280, PyTorchEpsilon),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        // [N, 3, H, W] to [N, channels, H/32, W/32], then [N, 6 channels] and [N, features]
        .. ChainStage.Steps(_stages, features, maps => maps.Then(avgpool).Then(classifier[0]).Then(classifier[1])),
        vectors => classifier.Run(vectors, 2, 4),                                                          // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, Block[][] stages, int featureSize, double epsilon) => new(
        name, ChainStage.Metadata(StagesOf(stages), "features", besides: "classifier.0"),
        head: "classifier.3", featureSize, () => new MobileNetV3(stages, featureSize, epsilon));

    private static ChainStage[] StagesOf(Block[][] stages) =>
        ChainStage.Sequence([("stem", 1), .. stages.Select((blocks, index) => ($"stage{index + 1}", blocks.Length)), ("top", 1)]);

    private static Chain Convolution(long inputs, long outputs, long kernel, bool swish, double epsilon, long stride = 1, long groups = 1) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel, stride, groups, epsilon, NormMomentum, swish ? nn.Hardswish() : Layer.Relu());

    /// <summary>A row of the tables: the filter's side, the widened channels, the channels out, SE, and HS for RE.</summary>
    private sealed record Block(int Kernel, int Hidden, int Outputs, bool Gated = false, bool Swish = false, int Stride = 1);

    /// <summary>Figure 4: widen, filter each channel by itself, weigh the channels, narrow; beside a shortcut where the sizes are equal.</summary>
    private static Residual InvertedResidual(long inputs, Block block, double epsilon)
    {
        long hidden = block.Hidden;
        return new Residual(Layer.KeepsSize(inputs, block.Outputs, block.Stride), ("block", new Chain(
            hidden != inputs ? Convolution(inputs, hidden, kernel: 1, block.Swish, epsilon) : null,
            Convolution(hidden, hidden, block.Kernel, block.Swish, epsilon, block.Stride, groups: hidden),
            block.Gated ? new SqueezeExcitation(hidden, ChannelCount.NearestMultiple(hidden / 4), Layer.Relu(), nn.Hardsigmoid()) : null,
            Layer.ConvolutionNorm(hidden, block.Outputs, kernel: 1, epsilon: epsilon, momentum: NormMomentum))));
    }
}
