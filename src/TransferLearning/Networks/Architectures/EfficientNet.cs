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

    private static readonly StagePlan[] FirstVersion =
    [
        new(Fused: false, Expansion: 1, Kernel: 3, Stride: 1, Channels: 16, Depth: 1),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 2, Channels: 24, Depth: 2),
        new(Fused: false, Expansion: 6, Kernel: 5, Stride: 2, Channels: 40, Depth: 2),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 2, Channels: 80, Depth: 3),
        new(Fused: false, Expansion: 6, Kernel: 5, Stride: 1, Channels: 112, Depth: 3),
        new(Fused: false, Expansion: 6, Kernel: 5, Stride: 2, Channels: 192, Depth: 4),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 1, Channels: 320, Depth: 1),
    ];

    // Table 4 of the second paper, but for the channels and the depths of the three sizes.
    private static readonly StagePlan[] SecondVersion =
    [
        new(Fused: true, Expansion: 1, Kernel: 3, Stride: 1),
        new(Fused: true, Expansion: 4, Kernel: 3, Stride: 2),
        new(Fused: true, Expansion: 4, Kernel: 3, Stride: 2),
        new(Fused: false, Expansion: 4, Kernel: 3, Stride: 2),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 1),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 2),
        new(Fused: false, Expansion: 6, Kernel: 3, Stride: 1),
    ];

    private readonly Chain features;
    private readonly GlobalAveragePool avgpool;
    private readonly Chain classifier;

    private EfficientNet(long stemChannels, StagePlan[] plan, int featureSize, double dropout, Norms norms) : base(nameof(EfficientNet))
    {
        features = new Chain(ConvolutionNormSilu(3, stemChannels, kernel: 3, stride: 2, groups: 1, norms));
        long channels = stemChannels;
        int before = 0;
        int blocks = plan.Sum(stage => stage.Depth);
        foreach (StagePlan stage in plan)
        {
            double[] dropProbabilities = [.. Enumerable.Range(before, stage.Depth).Select(index => LargestDropProbability * index / blocks)];
            features.Append(Blocks(channels, stage, dropProbabilities, norms));
            channels = stage.Channels;
            before += stage.Depth;
        }
        features.Append(ConvolutionNormSilu(channels, featureSize, kernel: 1, stride: 1, groups: 1, norms));
        avgpool = new GlobalAveragePool();
        classifier = new Chain(new KeyedDropout(dropout), Layer.Linear(featureSize, 1000));
        RegisterComponents();
    }

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
        .. Enumerable.Range(0, features.Count - 1).Select(stage => (Func<Tensor, Tensor>)features[stage].call),     // [N, 3, H, W] to [N, channels, H/32, W/32]
        maps => features[features.Count - 1].call(maps).Then(avgpool),                                              // to [N, features]
        classifier.call,                                                                                            // to [N, 1000]
    ];

    // Version 1 widens and deepens one plan; its last convolution has four times the channels of the last stage.
    private static NetworkArchitecture Scaled(string name, double width, double depth, double dropout, Norms norms)
    {
        StagePlan[] plan = [.. FirstVersion.Select(stage => stage with
        {
            Channels = ChannelCount.NearestMultiple(stage.Channels * width),
            Depth = (int)Math.Ceiling(stage.Depth * depth),
        })];
        return Entry(name, ChannelCount.NearestMultiple(32 * width), plan, 4 * plan[^1].Channels, dropout, norms);
    }

    // Version 2 has a stem as wide as its first stage; the smallest size goes without the last stage.
    private static NetworkArchitecture Sized(string name, int[] channels, int[] depths, double dropout) => Entry(
        name,
        stemChannels: channels[0],
        [.. channels.Select((count, stage) => SecondVersion[stage] with { Channels = count, Depth = depths[stage] })],
        featureSize: 1280,
        dropout,
        SecondVersionNorms);

    private static NetworkArchitecture Entry(string name, int stemChannels, StagePlan[] plan, int featureSize, double dropout, Norms norms) => new(
        new BackboneInfo
        {
            Name = name,
            Stages =
            [
                new Stage("stem", "features.0"),
                .. plan.Select((_, stage) => new Stage($"stage{stage + 1}", $"features.{stage + 1}")),
                new Stage("top", $"features.{plan.Length + 1}"),
                new Stage("head", "classifier"),
            ],
            Head = "classifier.1",
            FeatureSize = featureSize,
        },
        () => new EfficientNet(stemChannels, plan, featureSize, dropout, norms));

    private static Chain Blocks(long inputs, StagePlan plan, double[] dropProbabilities, Norms norms)
    {
        var blocks = new Chain();
        long stride = plan.Stride;
        foreach (double dropProbability in dropProbabilities)
        {
            Chain layers = plan.Fused ? FusedLayers(inputs, plan, stride, norms) : Layers(inputs, plan, stride, norms);
            blocks.Append(new Block(layers, Layer.Shortcut(inputs, plan.Channels, stride), dropProbability));
            inputs = plan.Channels;
            stride = 1;
        }
        return blocks;
    }

    // Widen, filter each channel by itself, weigh the channels, narrow without an activation.
    private static Chain Layers(long inputs, StagePlan plan, long stride, Norms norms)
    {
        long hidden = inputs * plan.Expansion;
        var layers = new Chain();
        if (plan.Expansion != 1)
            layers.Append(ConvolutionNormSilu(inputs, hidden, kernel: 1, stride: 1, groups: 1, norms));
        layers.Append(ConvolutionNormSilu(hidden, hidden, plan.Kernel, stride, groups: hidden, norms));
        layers.Append(new SqueezeExcitation(hidden, Math.Max(1, inputs / 4), nn.SiLU(), nn.Sigmoid()));
        layers.Append(Narrowing(hidden, plan.Channels, norms));
        return layers;
    }

    // Figure 2 of the second paper: one ordinary convolution widens and filters, which suits few channels on large maps better.
    private static Chain FusedLayers(long inputs, StagePlan plan, long stride, Norms norms)
    {
        long hidden = inputs * plan.Expansion;
        return plan.Expansion == 1
            ? new Chain(ConvolutionNormSilu(inputs, plan.Channels, plan.Kernel, stride, groups: 1, norms))
            : new Chain(
                ConvolutionNormSilu(inputs, hidden, plan.Kernel, stride, groups: 1, norms),
                Narrowing(hidden, plan.Channels, norms));
    }

    private static Chain ConvolutionNormSilu(long inputs, long outputs, long kernel, long stride, long groups, Norms norms) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel, stride, groups, norms.Epsilon, norms.Momentum, nn.SiLU());

    // The convolution that narrows, behind which stands no activation.
    private static Chain Narrowing(long inputs, long outputs, Norms norms) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel: 1, epsilon: norms.Epsilon, momentum: norms.Momentum);

    /// <summary>What every batch norm of a network is built with: the frameworks in which the weights were trained differ.</summary>
    private sealed record Norms(double Epsilon, double Momentum);

    /// <summary>A line of the papers' tables; only a stage's first block has its stride.</summary>
    private sealed record StagePlan(bool Fused, int Expansion, int Kernel, int Stride, int Channels = 0, int Depth = 0);

    /// <summary>Layers beside a shortcut where the sizes are equal.</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Chain block;
        private readonly StochasticDepth? stochastic_depth;
        private readonly Addition? add;

        public Block(Chain layers, Addition? shortcut, double dropProbability) : base(nameof(Block))
        {
            block = layers;
            stochastic_depth = shortcut is null ? null : new StochasticDepth(dropProbability);
            add = shortcut;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            stochastic_depth is null ? block.call(input) : block.call(input).Then(stochastic_depth).Then(add, input);
    }
}
