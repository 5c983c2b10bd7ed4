using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// RegNet: Radosavovic, Kosaraju, Girshick, He and Dollár, "Designing Network Design Spaces", 2020 (section 3.3), X without and Y with
/// squeeze-and-excitation. Field names are torchvision's keys.
/// </summary>
internal sealed class RegNet : StagedNetwork
{
    private const int StemChannels = 32;
    private const int Stages = 4;

    private readonly Chain stem, trunk_output;
    private readonly GlobalAveragePool avgpool;
    private readonly LinearLayer fc;

    private RegNet(IReadOnlyList<(int Width, int Depth)> stages, int groupWidth, bool gated) : base(nameof(RegNet))
    {
        stem = Layer.ConvolutionNorm(3, StemChannels, kernel: 3, stride: 2, activation: Layer.Relu());
        trunk_output = new Chain();
        long channels = StemChannels;
        for (int stage = 1; stage <= Stages; stage++)
        {
            (int width, int depth) = stages[stage - 1];
            var blocks = new Chain();
            foreach (var block in Layer.Blocks(depth, channels, width, stride: 2, (inputs, step) => new Bottleneck(inputs, width, step, groupWidth, gated)))
                blocks.Append($"block{stage}-{blocks.Count}", block);
            channels = width;
            trunk_output.Append($"block{stage}", blocks);
        }
        avgpool = new GlobalAveragePool();
        fc = Layer.Linear(channels, 1000);
        RegisterComponents();
    }

    // Names tell the floating-point operations for an image; w0, wa and wm are the paper's parameters of the widths.
    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("regnet_x_400mf", depth: 22, w0: 24, wa: 24.48, wm: 2.54, groupWidth: 16),
        Entry("regnet_x_800mf", depth: 16, w0: 56, wa: 35.73, wm: 2.28, groupWidth: 16),
        Entry("regnet_x_1_6gf", depth: 18, w0: 80, wa: 34.01, wm: 2.25, groupWidth: 24),
        Entry("regnet_x_3_2gf", depth: 25, w0: 88, wa: 26.31, wm: 2.25, groupWidth: 48),
        Entry("regnet_x_8gf", depth: 23, w0: 80, wa: 49.56, wm: 2.88, groupWidth: 120),
        Entry("regnet_x_16gf", depth: 22, w0: 216, wa: 55.59, wm: 2.1, groupWidth: 128),
        Entry("regnet_x_32gf", depth: 23, w0: 320, wa: 69.86, wm: 2.0, groupWidth: 168),
        Entry("regnet_y_400mf", depth: 16, w0: 48, wa: 27.89, wm: 2.09, groupWidth: 8),
        Entry("regnet_y_800mf", depth: 14, w0: 56, wa: 38.84, wm: 2.4, groupWidth: 16),
        Entry("regnet_y_1_6gf", depth: 27, w0: 48, wa: 20.71, wm: 2.65, groupWidth: 24),
        Entry("regnet_y_3_2gf", depth: 21, w0: 80, wa: 42.63, wm: 2.66, groupWidth: 24),
        Entry("regnet_y_8gf", depth: 17, w0: 192, wa: 76.82, wm: 2.19, groupWidth: 56),
        Entry("regnet_y_16gf", depth: 18, w0: 200, wa: 106.23, wm: 2.48, groupWidth: 112),
        Entry("regnet_y_32gf", depth: 20, w0: 232, wa: 115.89, wm: 2.53, groupWidth: 232),
        Entry("regnet_y_128gf", depth: 27, w0: 456, wa: 160.83, wm: 2.52, groupWidth: 264),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        stem.call,                                             // [N, 3, H, W] to [N, 32, H/2, W/2]
        trunk_output[0].call,
        trunk_output[1].call,
        trunk_output[2].call,
        maps => trunk_output[3].call(maps).Then(avgpool),      // to [N, features, H/32, W/32], then [N, features]
        fc.call,                                               // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int depth, int w0, double wa, double wm, int groupWidth)
    {
        IReadOnlyList<(int Width, int Depth)> stages = StagesOf(depth, w0, wa, wm, groupWidth);
        bool gated = name.StartsWith("regnet_y", StringComparison.Ordinal);
        return new NetworkArchitecture(
            new BackboneInfo
            {
                Name = name,
                Stages =
                [
                    new Stage("stem", "stem"),
                    .. Enumerable.Range(1, Stages).Select(stage => new Stage($"block{stage}", $"trunk_output.block{stage}")),
                    new Stage("head", "fc"),
                ],
                Head = "fc",
                FeatureSize = stages[^1].Width,
            },
            () => new RegNet(stages, groupWidth, gated));
    }

    /// <summary>
    /// Section 3.3: the width of block j, w0 + wa * j, becomes w0 * wm^s for the whole s that is nearest, to a multiple of 8; blocks of one
    /// width are a stage. At last, a width becomes a multiple of its groups' width.
    /// </summary>
    private static IReadOnlyList<(int Width, int Depth)> StagesOf(int depth, int w0, double wa, double wm, int groupWidth) =>
    [
        .. Enumerable.Range(0, depth)
            .Select(block => Math.Round(Math.Log((w0 + wa * block) / w0) / Math.Log(wm)))
            .Select(exponent => (int)Math.Round(w0 * Math.Pow(wm, exponent) / 8) * 8)
            .GroupBy(width => width)
            .Select(stage => (ChannelCount.NearestMultiple(stage.Key, Math.Min(groupWidth, stage.Key)), stage.Count())),
    ];

    /// <summary>The paper's X block: a 3x3 convolution in groups between two 1x1, beside a shortcut. Its Y block weighs the channels behind the 3x3.</summary>
    private sealed class Bottleneck : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> proj;
        private readonly Chain f;
        private readonly Addition add;
        private readonly ReLU activation;

        public Bottleneck(long inputs, long width, long stride, long groupWidth, bool gated) : base(nameof(Bottleneck))
        {
            proj = Layer.Projection(inputs, width, stride);
            f = new Chain();
            f.Append("a", Layer.ConvolutionNorm(inputs, width, kernel: 1, activation: Layer.Relu()));
            f.Append("b", Layer.ConvolutionNorm(width, width, kernel: 3, stride, groups: width / Math.Min(groupWidth, width), activation: Layer.Relu()));
            if (gated)
                f.Append("se", new SqueezeExcitation(width, inputs / 4, Layer.Relu(), nn.Sigmoid()));
            f.Append("c", Layer.ConvolutionNorm(width, width, kernel: 1));
            add = new Addition();
            activation = Layer.Relu();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor shortcut = proj.call(input);
            return f.call(input).Then(add, shortcut).Then(activation);
        }
    }
}
