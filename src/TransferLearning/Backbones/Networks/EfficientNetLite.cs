using TorchSharp.Modules;
using TransferLearning.Backbones.Layers;
using TransferLearning.Imaging;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Backbones.Networks;

/// <summary>
/// EfficientNet-Lite: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019 (table 1), in the variant
/// that TensorFlow published for small devices in 2020: no squeeze-and-excitation, relu6 for swish, and a stem, a head and the depth of the
/// first and last stage that do not grow with the network. Field names are timm's keys.
/// </summary>
internal sealed class EfficientNetLite : nn.Module<Tensor, Tensor>
{
    private const int StemChannels = 32;
    private const int FeatureSize = 1280;

    private static readonly (int Expansion, int Channels, int Depth, int Stride, int Kernel)[] BaseStages =
    [
        (1, 16, 1, 1, 3),
        (6, 24, 2, 2, 3),
        (6, 40, 2, 2, 5),
        (6, 80, 3, 2, 3),
        (6, 112, 3, 1, 5),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    ];

    private readonly SamePaddedConvolution conv_stem;
    private readonly BatchNormalization bn1;
    private readonly ReLU6 act1;
    private readonly Sequential blocks;
    private readonly Conv2d conv_head;
    private readonly BatchNormalization bn2;
    private readonly ReLU6 act2;
    private readonly AdaptiveAvgPool2d global_pool;
    private readonly Flatten flatten;
    private readonly Linear classifier;

    private EfficientNetLite(double width, double depth) : base(nameof(EfficientNetLite))
    {
        conv_stem = Layer.SamePaddedConvolution(3, StemChannels, kernel: 3, stride: 2);
        bn1 = Norm(StemChannels);
        act1 = Layer.Relu6();

        blocks = nn.Sequential();
        long channels = StemChannels;
        for (int stage = 0; stage < BaseStages.Length; stage++)
        {
            (int expansion, int baseChannels, int baseDepth, int stride, int kernel) = BaseStages[stage];
            bool fixedDepth = stage == 0 || stage == BaseStages.Length - 1;
            int count = fixedDepth ? baseDepth : (int)Math.Ceiling(baseDepth * depth);
            long outputs = ScaledChannels(baseChannels, width);
            blocks.append(Blocks(channels, outputs, expansion, count, stride, kernel));
            channels = outputs;
        }

        conv_head = Layer.Convolution(channels, FeatureSize, kernel: 1);
        bn2 = Norm(FeatureSize);
        act2 = Layer.Relu6();
        global_pool = nn.AdaptiveAvgPool2d(1);
        flatten = nn.Flatten();
        classifier = Layer.Linear(FeatureSize, 1000);
        RegisterComponents();
    }

    public static IReadOnlyList<CatalogEntry> Catalog { get; } =
    [
        Entry("tf_efficientnet_lite0-0aa007d2", width: 1.0, depth: 1.0, resizeTo: 256, cropTo: 224, Interpolation.Bicubic),
        Entry("tf_efficientnet_lite1-bde8b488", width: 1.0, depth: 1.1, resizeTo: 272, cropTo: 240, Interpolation.Bicubic),
        Entry("tf_efficientnet_lite2-dcccb7df", width: 1.1, depth: 1.2, resizeTo: 292, cropTo: 260, Interpolation.Bicubic),
        Entry("tf_efficientnet_lite3-b733e338", width: 1.2, depth: 1.4, resizeTo: 331, cropTo: 300, Interpolation.Bilinear),
        Entry("tf_efficientnet_lite4-741542c3", width: 1.4, depth: 1.8, resizeTo: 413, cropTo: 380, Interpolation.Bilinear),
    ];

    public override Tensor forward(Tensor images) =>                    // [N, 3, H, W]
        conv_stem.call(images).Then(bn1).Then(act1)                     // [N, 32, H/2, W/2]
            .Then(blocks)                                               // [N, channels, H/32, W/32]
            .Then(conv_head).Then(bn2).Then(act2)                       // [N, 1280, H/32, W/32]
            .Then(global_pool).Then(flatten)                            // [N, 1280]
            .Then(classifier);                                          // [N, 1000]

    private static CatalogEntry Entry(string file, double width, double depth, int resizeTo, int cropTo, Interpolation interpolation) => new(
        new BackboneInfo
        {
            Name = file.Split('-')[0],
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
        () => new EfficientNetLite(width, depth),
        new PublishedWeights(
            OfficialWeights.ImageNet1KV1,
            $"https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/{file}.pth",
            new Preprocessing { ResizeTo = resizeTo, CropTo = cropTo, Interpolation = interpolation, Statistics = ChannelStatistics.Inception }));

    private static Sequential Blocks(long inputs, long outputs, int expansion, int depth, long stride, int kernel)
    {
        Sequential stage = nn.Sequential();
        for (int index = 0; index < depth; index++)
        {
            nn.Module<Tensor, Tensor> block = expansion == 1
                ? new DepthwiseSeparable(inputs, outputs, stride, kernel)
                : new InvertedResidual(inputs, outputs, expansion, stride, kernel);
            stage.append(block);
            inputs = outputs;
            stride = 1;
        }
        return stage;
    }

    // To the nearest multiple of 8 that does not take away more than a tenth.
    private static long ScaledChannels(int channels, double width)
    {
        double scaled = channels * width;
        long rounded = (long)(scaled + 4) / 8 * 8;
        return rounded < 0.9 * scaled ? rounded + 8 : rounded;
    }

    // TensorFlow's epsilon.
    private static BatchNormalization Norm(long channels) => new(channels, epsilon: 1e-3);

    /// <summary>The block without expansion: filter each channel by itself, then mix the channels.</summary>
    private sealed class DepthwiseSeparable : nn.Module<Tensor, Tensor>
    {
        private readonly SamePaddedConvolution conv_dw;
        private readonly Conv2d conv_pw;
        private readonly BatchNormalization bn1, bn2;
        private readonly ReLU6 act1;
        private readonly Addition? add;

        public DepthwiseSeparable(long inputs, long outputs, long stride, int kernel) : base(nameof(DepthwiseSeparable))
        {
            conv_dw = Layer.SamePaddedConvolution(inputs, inputs, kernel, stride, groups: inputs);
            bn1 = Norm(inputs);
            act1 = Layer.Relu6();
            conv_pw = Layer.Convolution(inputs, outputs, kernel: 1);
            bn2 = Norm(outputs);
            add = Layer.Shortcut(inputs, outputs, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            conv_dw.call(input).Then(bn1).Then(act1).Then(conv_pw).Then(bn2).Then(add, input);
    }

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv_pw, conv_pwl;
        private readonly SamePaddedConvolution conv_dw;
        private readonly BatchNormalization bn1, bn2, bn3;
        private readonly ReLU6 act1, act2;
        private readonly Addition? add;

        public InvertedResidual(long inputs, long outputs, int expansion, long stride, int kernel) : base(nameof(InvertedResidual))
        {
            long hidden = inputs * expansion;
            conv_pw = Layer.Convolution(inputs, hidden, kernel: 1);
            bn1 = Norm(hidden);
            act1 = Layer.Relu6();
            conv_dw = Layer.SamePaddedConvolution(hidden, hidden, kernel, stride, groups: hidden);
            bn2 = Norm(hidden);
            act2 = Layer.Relu6();
            conv_pwl = Layer.Convolution(hidden, outputs, kernel: 1);
            bn3 = Norm(outputs);
            add = Layer.Shortcut(inputs, outputs, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            conv_pw.call(input).Then(bn1).Then(act1)
                .Then(conv_dw).Then(bn2).Then(act2)
                .Then(conv_pwl).Then(bn3)
                .Then(add, input);
    }
}
