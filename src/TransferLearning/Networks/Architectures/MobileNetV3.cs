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
        [new(3, 16, 16, Gated: true, Swish: false, Stride: 2)],
        [new(3, 72, 24, Gated: false, Swish: false, Stride: 2), new(3, 88, 24, Gated: false, Swish: false)],
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
        [new(3, 16, 16, Gated: false, Swish: false)],
        [new(3, 64, 24, Gated: false, Swish: false, Stride: 2), new(3, 72, 24, Gated: false, Swish: false)],
        [
            new(5, 72, 40, Gated: true, Swish: false, Stride: 2),
            new(5, 120, 40, Gated: true, Swish: false),
            new(5, 120, 40, Gated: true, Swish: false),
        ],
        [
            new(3, 240, 80, Gated: false, Swish: true, Stride: 2),
            new(3, 200, 80, Gated: false, Swish: true),
            new(3, 184, 80, Gated: false, Swish: true),
            new(3, 184, 80, Gated: false, Swish: true),
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
    private readonly GlobalAveragePool avgpool;
    private readonly Chain classifier;

    private MobileNetV3(Block[][] stages, int featureSize, double epsilon) : base(nameof(MobileNetV3))
    {
        _stages = StagesOf(stages);
        long channels = StemChannels;
        features = new Chain(Convolution(3, channels, kernel: 3, swish: true, epsilon, stride: 2));
        foreach (Block block in stages.SelectMany(stage => stage))
        {
            features.Append(new InvertedResidual(channels, block, epsilon));
            channels = block.Outputs;
        }
        features.Append(Convolution(channels, 6 * channels, kernel: 1, swish: true, epsilon));
        avgpool = new GlobalAveragePool();
        classifier = new Chain(Layer.Linear(6 * channels, featureSize), nn.Hardswish(), new KeyedDropout(0.2), Layer.Linear(featureSize, 1000));
        RegisterComponents();
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
        .. _stages.SkipLast(1).Select(stage => stage.In(features)),                                        // [N, 3, H, W] to [N, channels, H/32, W/32]
        maps => _stages[^1].Run(features, maps).Then(avgpool).Then(classifier[0]).Then(classifier[1]),     // to [N, 6 channels], then [N, features]
        vectors => classifier.Run(vectors, 2, 4),                                                          // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, Block[][] stages, int featureSize, double epsilon) => new(
        new BackboneInfo
        {
            Name = name,
            Stages = ChainStage.Metadata(StagesOf(stages), "features", "classifier.3", besides: "classifier.0"),
            Head = "classifier.3",
            FeatureSize = featureSize,
        },
        () => new MobileNetV3(stages, featureSize, epsilon));

    private static ChainStage[] StagesOf(Block[][] stages) =>
        ChainStage.Sequence([("stem", 1), .. stages.Select((blocks, index) => ($"stage{index + 1}", blocks.Length)), ("top", 1)]);

    private static Chain Convolution(long inputs, long outputs, long kernel, bool swish, double epsilon, long stride = 1, long groups = 1) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel, stride, groups, epsilon, NormMomentum, swish ? nn.Hardswish() : Layer.Relu());

    /// <summary>A row of the tables: the filter's side, the widened channels, the channels out, SE, and HS for RE.</summary>
    private sealed record Block(int Kernel, int Hidden, int Outputs, bool Gated, bool Swish, int Stride = 1);

    /// <summary>Figure 4: widen, filter each channel by itself, weigh the channels, narrow; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Chain block;
        private readonly Addition? add;

        public InvertedResidual(long inputs, Block facts, double epsilon) : base(nameof(InvertedResidual))
        {
            block = new Chain();
            if (facts.Hidden != inputs)
                block.Append(Convolution(inputs, facts.Hidden, kernel: 1, facts.Swish, epsilon));
            block.Append(Convolution(facts.Hidden, facts.Hidden, facts.Kernel, facts.Swish, epsilon, facts.Stride, groups: facts.Hidden));
            if (facts.Gated)
                block.Append(new SqueezeExcitation(facts.Hidden, ChannelCount.NearestMultiple(facts.Hidden / 4), Layer.Relu(), nn.Hardsigmoid()));
            block.Append(Layer.ConvolutionNorm(facts.Hidden, facts.Outputs, kernel: 1, epsilon: epsilon, momentum: NormMomentum));
            add = Layer.Shortcut(inputs, facts.Outputs, facts.Stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => block.call(input).Then(add, input);
    }
}
