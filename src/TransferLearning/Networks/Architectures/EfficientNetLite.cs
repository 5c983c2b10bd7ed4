using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// EfficientNet-Lite: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019 (table 1), in the variant
/// that TensorFlow published for small devices in 2020: no squeeze-and-excitation, relu6 for swish, and a stem, a head and the depth of the
/// first and last stage that do not grow with the network. Field names are timm's keys.
/// </summary>
internal sealed class EfficientNetLite : StagedNetwork
{
    private const int StemChannels = 32;
    private const int FeatureSize = 1280;
    private const double Epsilon = 1e-3;        // TensorFlow's

    private readonly SamePaddedConvolution conv_stem;
    private readonly BatchNormalization bn1;
    private readonly ReLU6 act1 = Layer.Relu6();
    private readonly Chain blocks;
    private readonly Convolution2d conv_head;
    private readonly BatchNormalization bn2;
    private readonly ReLU6 act2 = Layer.Relu6();
    private readonly GlobalAveragePool global_pool = new();
    private readonly LinearLayer classifier = Layer.Linear(FeatureSize, 1000);

    private EfficientNetLite(double width, double depth) : base(nameof(EfficientNetLite))
    {
        conv_stem = Layer.SamePaddedConvolution(3, StemChannels, kernel: 3, stride: 2);
        bn1 = new BatchNormalization(conv_stem, Epsilon);

        int last = EfficientNet.FirstVersion.Count - 1;
        StageOfBlocks[] stages = [.. EfficientNet.FirstVersion.Select((stage, index) => stage.Scaled(width, index == 0 || index == last ? 1 : depth))];
        blocks = new Chain(Layer.Stages(StemChannels, stages, (stage, inputs, stride) =>
            stage.Expansion == 1 ? DepthwiseSeparable(inputs, stage, stride) : InvertedResidual(inputs, stage, stride)).Select(stage => new Chain(stage)));

        conv_head = Layer.Convolution(stages[^1].Channels, FeatureSize, kernel: 1);
        bn2 = new BatchNormalization(conv_head, Epsilon);
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("tf_efficientnet_lite0", width: 1.0, depth: 1.0),
        Entry("tf_efficientnet_lite1", width: 1.0, depth: 1.1),
        Entry("tf_efficientnet_lite2", width: 1.1, depth: 1.2),
        Entry("tf_efficientnet_lite3", width: 1.2, depth: 1.4),
        Entry("tf_efficientnet_lite4", width: 1.4, depth: 1.8),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => conv_stem.call(images).Then(bn1).Then(act1),                                              // [N, 3, H, W] to [N, 32, H/2, W/2]
        .. blocks.Calls,                                                                                    // to [N, channels, H/32, W/32]
        maps => conv_head.call(maps).Then(bn2).Then(act2).Then(global_pool),                                // to [N, 1280]
        classifier.call,                                                                                    // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, double width, double depth) => new(
        name,
        [
            new("stem", "conv_stem", "bn1"),
            .. EfficientNet.FirstVersion.Select((_, stage) => new Stage($"stage{stage + 1}", $"blocks.{stage}")),
            new("top", "conv_head", "bn2"),
        ],
        head: "classifier", FeatureSize, () => new EfficientNetLite(width, depth));

    /// <summary>The block without expansion: filter each channel by itself, then mix the channels.</summary>
    private static Residual DepthwiseSeparable(long inputs, StageOfBlocks stage, long stride) => new(
        Layer.KeepsSize(inputs, stage.Channels, stride),
        [
            .. Layer.Normalized("conv_dw", "bn1", Layer.SamePaddedConvolution(inputs, inputs, stage.Kernel, stride, groups: inputs), Epsilon),
            ("act1", Layer.Relu6()),
            .. Layer.Normalized("conv_pw", "bn2", Layer.Convolution(inputs, stage.Channels, kernel: 1), Epsilon),
        ]);

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private static Residual InvertedResidual(long inputs, StageOfBlocks stage, long stride)
    {
        long hidden = inputs * stage.Expansion;
        return new Residual(
            Layer.KeepsSize(inputs, stage.Channels, stride),
            [
                .. Layer.Normalized("conv_pw", "bn1", Layer.Convolution(inputs, hidden, kernel: 1), Epsilon),
                ("act1", Layer.Relu6()),
                .. Layer.Normalized("conv_dw", "bn2", Layer.SamePaddedConvolution(hidden, hidden, stage.Kernel, stride, groups: hidden), Epsilon),
                ("act2", Layer.Relu6()),
                .. Layer.Normalized("conv_pwl", "bn3", Layer.Convolution(hidden, stage.Channels, kernel: 1), Epsilon),
            ]);
    }
}
