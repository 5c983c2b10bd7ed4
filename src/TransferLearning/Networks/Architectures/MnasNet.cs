using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// MNASNet: Tan, Chen, Pang, Vasudevan, Sandler, Howard and Le, "MnasNet: Platform-Aware Neural Architecture Search for Mobile", 2018, in the
/// variant without squeeze-and-excitation (B1) and with a stem that is scaled as all the rest, as torchvision has it ("version 2").
/// Field names are torchvision's keys.
/// </summary>
internal sealed class MnasNet : StagedNetwork
{
    private const int FeatureSize = 1280;
    private const int StemChannels = 32, SeparableChannels = 16;

    private static readonly StageOfBlocks[] Stacks =
    [
        new(3, 24, 3, 2, 3),
        new(3, 40, 3, 2, 5),
        new(6, 80, 3, 2, 5),
        new(6, 96, 2, 1, 3),
        new(6, 192, 4, 2, 5),
        new(6, 320, 1, 1, 3),
    ];

    // The stem is three convolutions with their norms and two rectifiers between; the top is one of each.
    private static readonly ChainStage[] _stages =
        ChainStage.Sequence([("stem", 8), .. Stacks.Select((_, index) => ($"stage{index + 1}", 1)), ("top", 3)]);

    private readonly Chain layers;
    private readonly GlobalAveragePool avgpool;
    private readonly Chain classifier;

    private MnasNet(double width) : base(nameof(MnasNet))
    {
        int stem = ChannelCount.NearestMultiple(StemChannels * width);
        int channels = ChannelCount.NearestMultiple(SeparableChannels * width);
        layers = new Chain();
        AppendConvolution(layers, 3, stem, kernel: 3, stride: 2);
        layers.Append(Layer.Relu());
        AppendConvolution(layers, stem, stem, kernel: 3, groups: stem);
        layers.Append(Layer.Relu());
        AppendConvolution(layers, stem, channels, kernel: 1);
        StageOfBlocks[] stacks = [.. Stacks.Select(stage => stage.Widened(width))];
        foreach (var blocks in Layer.Stages(channels, stacks, (stage, inputs, stride) => new InvertedResidual(inputs, stage, stride)))
            layers.Append(new Chain(blocks));
        AppendConvolution(layers, stacks[^1].Channels, FeatureSize, kernel: 1);
        layers.Append(Layer.Relu());
        avgpool = new GlobalAveragePool();
        classifier = new Chain(new KeyedDropout(0.2), Layer.Linear(FeatureSize, 1000));
        RegisterComponents();
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("mnasnet0_5", width: 0.5),
        Entry("mnasnet0_75", width: 0.75),
        Entry("mnasnet1_0", width: 1),
        Entry("mnasnet1_3", width: 1.3),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        .. _stages.SkipLast(1).Select(stage => stage.In(layers)),       // [N, 3, H, W] to [N, channels, H/2, W/2], then [N, channels, H/32, W/32]
        maps => _stages[^1].Run(layers, maps).Then(avgpool),            // to [N, 1280]
        classifier.call,                                                // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, double width) => new(
        new BackboneInfo
        {
            Name = name,
            Stages = ChainStage.Metadata(_stages, "layers", "classifier"),
            Head = "classifier.1",
            FeatureSize = FeatureSize,
        },
        () => new MnasNet(width));

    // TensorFlow's momentum of 0.9997 is the share of the past; here stands that of the batch.
    private static void AppendConvolution(Chain layers, long inputs, long outputs, long kernel, long stride = 1, long groups = 1)
    {
        Convolution2d convolution = Layer.Convolution(inputs, outputs, kernel, stride, groups: groups);
        layers.Append(convolution);
        layers.Append(new BatchNormalization(convolution, momentum: 1 - 0.9997));
    }

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Chain layers;
        private readonly Addition? add;

        public InvertedResidual(long inputs, StageOfBlocks stage, long stride) : base(nameof(InvertedResidual))
        {
            long hidden = inputs * stage.Expansion;
            layers = new Chain();
            AppendConvolution(layers, inputs, hidden, kernel: 1);
            layers.Append(Layer.Relu());
            AppendConvolution(layers, hidden, hidden, stage.Kernel, stride, groups: hidden);
            layers.Append(Layer.Relu());
            AppendConvolution(layers, hidden, stage.Channels, kernel: 1);
            add = Layer.Shortcut(inputs, stage.Channels, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layers.call(input).Then(add, input);
    }
}
