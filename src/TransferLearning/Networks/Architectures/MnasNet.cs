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
    private readonly GlobalAveragePool avgpool = new();
    private readonly Chain classifier = new(new KeyedDropout(0.2), Layer.Linear(FeatureSize, 1000));

    private MnasNet(double width) : base(nameof(MnasNet))
    {
        int stem = ChannelCount.NearestMultiple(StemChannels * width);
        int channels = ChannelCount.NearestMultiple(SeparableChannels * width);
        StageOfBlocks[] stacks = [.. Stacks.Select(stage => stage.Scaled(width))];
        layers = new Chain(
        [
            .. Convolution(3, stem, kernel: 3, stride: 2), Layer.Relu(),
            .. Convolution(stem, stem, kernel: 3, groups: stem), Layer.Relu(),
            .. Convolution(stem, channels, kernel: 1),
            .. Layer.Stages(channels, stacks, InvertedResidual).Select(blocks => new Chain(blocks)),
            .. Convolution(stacks[^1].Channels, FeatureSize, kernel: 1), Layer.Relu(),
        ]);
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
        // [N, 3, H, W] to [N, channels, H/2, W/2], then [N, channels, H/32, W/32], then [N, 1280]
        .. ChainStage.Steps(_stages, layers, maps => maps.Then(avgpool)),
        classifier.call,                                                // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, double width) =>
        new(name, ChainStage.Metadata(_stages, "layers"), head: "classifier.1", FeatureSize, () => new MnasNet(width));

    // TensorFlow's momentum of 0.9997 is the share of the past; here stands that of the batch.
    private static IEnumerable<nn.Module<Tensor, Tensor>> Convolution(long inputs, long outputs, long kernel, long stride = 1, long groups = 1)
    {
        Convolution2d convolution = Layer.Convolution(inputs, outputs, kernel, stride, groups: groups);
        return [convolution, new BatchNormalization(convolution, momentum: 1 - 0.9997)];
    }

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private static Residual InvertedResidual(StageOfBlocks stage, long inputs, long stride)
    {
        long hidden = inputs * stage.Expansion;
        return new Residual(Layer.KeepsSize(inputs, stage.Channels, stride), ("layers", new Chain(
        [
            .. Convolution(inputs, hidden, kernel: 1), Layer.Relu(),
            .. Convolution(hidden, hidden, stage.Kernel, stride, groups: hidden), Layer.Relu(),
            .. Convolution(hidden, stage.Channels, kernel: 1),
        ])));
    }
}
