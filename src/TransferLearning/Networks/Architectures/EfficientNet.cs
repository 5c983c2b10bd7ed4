using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// EfficientNet: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019 (table 1), and
/// "EfficientNetV2: Smaller Models and Faster Training", 2021 (table 4). Field names are torchvision's keys.
/// </summary>
internal sealed class EfficientNet : StagedNetwork
{
    // How often the last block but none is dropped in training; the first never, those between in proportion.
    private const double LargestDropProbability = 0.2;

    private static readonly Norms PyTorchNorms = new(Epsilon: 1e-5, Momentum: 0.1);
    private static readonly Norms TensorFlowNorms = new(Epsilon: 1e-3, Momentum: 0.01);
    private static readonly Norms SecondVersionNorms = new(Epsilon: 1e-3, Momentum: 0.1);

    // Table 4 of the second paper, but for the channels and the depths of the three sizes.
    private static readonly StageOfBlocks[] SecondVersion =
    [
        new(1, 0, 0, 1, IsFused: true),
        new(4, 0, 0, 2, IsFused: true),
        new(4, 0, 0, 2, IsFused: true),
        new(4, 0, 0, 2),
        new(6, 0, 0, 1),
        new(6, 0, 0, 2),
        new(6, 0, 0, 1),
    ];

    private readonly Chain features;
    private readonly GlobalAveragePool avgpool = new();
    private readonly Chain classifier;

    private EfficientNet(long stemChannels, StageOfBlocks[] stages, int featureSize, double dropout, Norms norms) : base(nameof(EfficientNet))
    {
        int blocks = stages.Sum(stage => stage.Depth), index = 0;
        features = new Chain(
        [
            ConvolutionNormSilu(norms, 3, stemChannels, kernel: 3, stride: 2),
            .. Layer.Stages(stemChannels, stages, (stage, inputs, stride) =>
                Block(inputs, stage, stride, LargestDropProbability * index++ / blocks, norms)).Select(stage => new Chain(stage)),
            ConvolutionNormSilu(norms, stages[^1].Channels, featureSize, kernel: 1),
        ]);
        classifier = new Chain(new KeyedDropout(dropout), Layer.Linear(featureSize, 1000));
    }

    /// <summary>Table 1 of the first paper.</summary>
    public static IReadOnlyList<StageOfBlocks> FirstVersion { get; } =
    [
        new(1, 16, 1, 1, 3),
        new(6, 24, 2, 2, 3),
        new(6, 40, 2, 2, 5),
        new(6, 80, 3, 2, 3),
        new(6, 112, 3, 1, 5),
        new(6, 192, 4, 2, 5),
        new(6, 320, 1, 1, 3),
    ];

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Scaled("efficientnet_b0", width: 1.0, depth: 1.0, dropout: 0.2, PyTorchNorms),
        Scaled("efficientnet_b1", width: 1.0, depth: 1.1, dropout: 0.2, PyTorchNorms),
        Scaled("efficientnet_b2", width: 1.1, depth: 1.2, dropout: 0.3, PyTorchNorms),
        Scaled("efficientnet_b3", width: 1.2, depth: 1.4, dropout: 0.3, PyTorchNorms),
        Scaled("efficientnet_b4", width: 1.4, depth: 1.8, dropout: 0.4, PyTorchNorms),
        Scaled("efficientnet_b5", width: 1.6, depth: 2.2, dropout: 0.4, TensorFlowNorms),
        Scaled("efficientnet_b6", width: 1.8, depth: 2.6, dropout: 0.5, TensorFlowNorms),
        Scaled("efficientnet_b7", width: 2.0, depth: 3.1, dropout: 0.5, TensorFlowNorms),
        Sized("efficientnet_v2_s", channels: [24, 48, 64, 128, 160, 256], depths: [2, 4, 4, 6, 9, 15], dropout: 0.2),
        Sized("efficientnet_v2_m", channels: [24, 48, 80, 160, 176, 304, 512], depths: [3, 5, 5, 7, 14, 18, 5], dropout: 0.3),
        Sized("efficientnet_v2_l", channels: [32, 64, 96, 192, 224, 384, 640], depths: [4, 7, 7, 10, 19, 25, 7], dropout: 0.4),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        .. features.Calls.SkipLast(1),                              // [N, 3, H, W] to [N, channels, H/32, W/32]
        maps => features[^1].call(maps).Then(avgpool),              // to [N, features]
        classifier.call,                                            // to [N, 1000]
    ];

    // Version 1 widens and deepens one plan; its last convolution has four times the channels of the last stage.
    private static NetworkArchitecture Scaled(string name, double width, double depth, double dropout, Norms norms)
    {
        StageOfBlocks[] stages = [.. FirstVersion.Select(stage => stage.Scaled(width, depth))];
        return Entry(name, ChannelCount.NearestMultiple(32 * width), stages, 4 * stages[^1].Channels, dropout, norms);
    }

    // Version 2 has a stem as wide as its first stage; the smallest size goes without the last stage.
    private static NetworkArchitecture Sized(string name, int[] channels, int[] depths, double dropout) => Entry(
        name,
        stemChannels: channels[0],
        [.. channels.Select((count, stage) => SecondVersion[stage] with { Channels = count, Depth = depths[stage] })],
        featureSize: 1280,
        dropout,
        SecondVersionNorms);

    private static NetworkArchitecture Entry(string name, int stemChannels, StageOfBlocks[] stages, int featureSize, double dropout, Norms norms) => new(
        name,
        [
            new("stem", "features.0"),
            .. stages.Select((_, stage) => new Stage($"stage{stage + 1}", $"features.{stage + 1}")),
            new("top", $"features.{stages.Length + 1}"),
        ],
        head: "classifier.1", featureSize, () => new EfficientNet(stemChannels, stages, featureSize, dropout, norms));

    /// <summary>Layers beside a shortcut where the sizes are equal.</summary>
    private static Residual Block(long inputs, StageOfBlocks stage, long stride, double dropProbability, Norms norms)
    {
        bool hasShortcut = Layer.KeepsSize(inputs, stage.Channels, stride);
        return new Residual(
            hasShortcut,
            ("block", stage.IsFused ? FusedLayers(inputs, stage, stride, norms) : Layers(inputs, stage, stride, norms)),
            ("stochastic_depth", hasShortcut ? new StochasticDepth(dropProbability) : null));
    }

    // Widen, filter each channel by itself, weigh the channels, narrow without an activation.
    private static Chain Layers(long inputs, StageOfBlocks stage, long stride, Norms norms)
    {
        long hidden = inputs * stage.Expansion;
        return new Chain(
            stage.Expansion != 1 ? ConvolutionNormSilu(norms, inputs, hidden, kernel: 1) : null,
            ConvolutionNormSilu(norms, hidden, hidden, stage.Kernel, stride, groups: hidden),
            new SqueezeExcitation(hidden, Math.Max(1, inputs / 4), nn.SiLU(), nn.Sigmoid()),
            Narrowing(hidden, stage.Channels, norms));
    }

    // Figure 2 of the second paper: one ordinary convolution widens and filters, which suits few channels on large maps better.
    private static Chain FusedLayers(long inputs, StageOfBlocks stage, long stride, Norms norms)
    {
        long hidden = stage.Expansion == 1 ? stage.Channels : inputs * stage.Expansion;
        return new Chain(
            ConvolutionNormSilu(norms, inputs, hidden, stage.Kernel, stride),
            stage.Expansion != 1 ? Narrowing(hidden, stage.Channels, norms) : null);
    }

    private static Chain ConvolutionNormSilu(Norms norms, long inputs, long outputs, long kernel, long stride = 1, long groups = 1) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel, stride, groups, norms.Epsilon, norms.Momentum, nn.SiLU());

    // The convolution that narrows, behind which stands no activation.
    private static Chain Narrowing(long inputs, long outputs, Norms norms) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel: 1, epsilon: norms.Epsilon, momentum: norms.Momentum);

    /// <summary>What every batch norm of a network is built with: the frameworks in which the weights were trained differ.</summary>
    private sealed record Norms(double Epsilon, double Momentum);
}
