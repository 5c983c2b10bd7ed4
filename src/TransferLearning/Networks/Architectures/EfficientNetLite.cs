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

    private static readonly StageOfBlocks[] BaseStages =
    [
        new(1, 16, 1, 1, 3),
        new(6, 24, 2, 2, 3),
        new(6, 40, 2, 2, 5),
        new(6, 80, 3, 2, 3),
        new(6, 112, 3, 1, 5),
        new(6, 192, 4, 2, 5),
        new(6, 320, 1, 1, 3),
    ];

    private readonly SamePaddedConvolution conv_stem;
    private readonly BatchNormalization bn1;
    private readonly ReLU6 act1;
    private readonly Chain blocks;
    private readonly Convolution2d conv_head;
    private readonly BatchNormalization bn2;
    private readonly ReLU6 act2;
    private readonly GlobalAveragePool global_pool;
    private readonly LinearLayer classifier;

    private EfficientNetLite(double width, double depth) : base(nameof(EfficientNetLite))
    {
        conv_stem = Layer.SamePaddedConvolution(3, StemChannels, kernel: 3, stride: 2);
        bn1 = NormAfter(conv_stem);
        act1 = Layer.Relu6();

        StageOfBlocks[] stages = [.. BaseStages.Select((stage, index) => index == 0 || index == BaseStages.Length - 1
            ? stage.Widened(width)
            : stage.Widened(width) with { Depth = (int)Math.Ceiling(stage.Depth * depth) })];
        blocks = new Chain(Layer.Stages(StemChannels, stages, (stage, inputs, stride) => stage.Expansion == 1
            ? new DepthwiseSeparable(inputs, stage.Channels, stride, stage.Kernel)
            : new InvertedResidual(inputs, stage, stride)).Select(stage => new Chain(stage)));

        conv_head = Layer.Convolution(stages[^1].Channels, FeatureSize, kernel: 1);
        bn2 = NormAfter(conv_head);
        act2 = Layer.Relu6();
        global_pool = new GlobalAveragePool();
        classifier = Layer.Linear(FeatureSize, 1000);
        RegisterComponents();
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
        .. Enumerable.Range(0, BaseStages.Length).Select(stage => (Func<Tensor, Tensor>)blocks[stage].call),  // to [N, channels, H/32, W/32]
        maps => conv_head.call(maps).Then(bn2).Then(act2).Then(global_pool),                                // to [N, 1280]
        classifier.call,                                                                                    // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, double width, double depth) => new(
        new BackboneInfo
        {
            Name = name,
            Stages =
            [
                new Stage("stem", "conv_stem", "bn1"),
                .. BaseStages.Select((_, stage) => new Stage($"stage{stage + 1}", $"blocks.{stage}")),
                new Stage("top", "conv_head", "bn2"),
                new Stage("head", "classifier"),
            ],
            Head = "classifier",
            FeatureSize = FeatureSize,
        },
        () => new EfficientNetLite(width, depth));

    // TensorFlow's epsilon.
    private static BatchNormalization NormAfter(Convolution2d convolution) => new(convolution, epsilon: 1e-3);

    /// <summary>The block without expansion: filter each channel by itself, then mix the channels.</summary>
    private sealed class DepthwiseSeparable : nn.Module<Tensor, Tensor>
    {
        private readonly SamePaddedConvolution conv_dw;
        private readonly BatchNormalization bn1;
        private readonly Convolution2d conv_pw;
        private readonly BatchNormalization bn2;
        private readonly ReLU6 act1;
        private readonly Addition? add;

        public DepthwiseSeparable(long inputs, long outputs, long stride, int kernel) : base(nameof(DepthwiseSeparable))
        {
            conv_dw = Layer.SamePaddedConvolution(inputs, inputs, kernel, stride, groups: inputs);
            bn1 = NormAfter(conv_dw);
            act1 = Layer.Relu6();
            conv_pw = Layer.Convolution(inputs, outputs, kernel: 1);
            bn2 = NormAfter(conv_pw);
            add = Layer.Shortcut(inputs, outputs, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            conv_dw.call(input).Then(bn1).Then(act1).Then(conv_pw).Then(bn2).Then(add, input);
    }

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Convolution2d conv_pw;
        private readonly BatchNormalization bn1;
        private readonly SamePaddedConvolution conv_dw;
        private readonly BatchNormalization bn2;
        private readonly Convolution2d conv_pwl;
        private readonly BatchNormalization bn3;
        private readonly ReLU6 act1, act2;
        private readonly Addition? add;

        public InvertedResidual(long inputs, StageOfBlocks stage, long stride) : base(nameof(InvertedResidual))
        {
            long hidden = inputs * stage.Expansion;
            conv_pw = Layer.Convolution(inputs, hidden, kernel: 1);
            bn1 = NormAfter(conv_pw);
            act1 = Layer.Relu6();
            conv_dw = Layer.SamePaddedConvolution(hidden, hidden, stage.Kernel, stride, groups: hidden);
            bn2 = NormAfter(conv_dw);
            act2 = Layer.Relu6();
            conv_pwl = Layer.Convolution(hidden, stage.Channels, kernel: 1);
            bn3 = NormAfter(conv_pwl);
            add = Layer.Shortcut(inputs, stage.Channels, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            conv_pw.call(input).Then(bn1).Then(act1)
                .Then(conv_dw).Then(bn2).Then(act2)
                .Then(conv_pwl).Then(bn3)
                .Then(add, input);
    }
}
