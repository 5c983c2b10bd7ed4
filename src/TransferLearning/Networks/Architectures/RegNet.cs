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

    private readonly Chain stem = Layer.ConvolutionNorm(3, StemChannels, kernel: 3, stride: 2, activation: Layer.Relu());
    private readonly Chain trunk_output = new();
    private readonly GlobalAveragePool avgpool = new();
    private readonly LinearLayer fc;

    private RegNet(IReadOnlyList<(int Width, int Depth)> stages, int groupWidth, bool gated) : base(nameof(RegNet))
    {
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
        fc = Layer.Linear(channels, 1000);
    }

    // Name, which tells the floating-point operations for an image; depth; w0, wa and wm, the paper's parameters of the widths; group width.
    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("regnet_x_400mf", 22, 24, 24.48, 2.54, 16),
        Entry("regnet_x_800mf", 16, 56, 35.73, 2.28, 16),
        Entry("regnet_x_1_6gf", 18, 80, 34.01, 2.25, 24),
        Entry("regnet_x_3_2gf", 25, 88, 26.31, 2.25, 48),
        Entry("regnet_x_8gf", 23, 80, 49.56, 2.88, 120),
        Entry("regnet_x_16gf", 22, 216, 55.59, 2.1, 128),
        Entry("regnet_x_32gf", 23, 320, 69.86, 2.0, 168),
        Entry("regnet_y_400mf", 16, 48, 27.89, 2.09, 8),
        Entry("regnet_y_800mf", 14, 56, 38.84, 2.4, 16),
        Entry("regnet_y_1_6gf", 27, 48, 20.71, 2.65, 24),
        Entry("regnet_y_3_2gf", 21, 80, 42.63, 2.66, 24),
        Entry("regnet_y_8gf", 17, 192, 76.82, 2.19, 56),
        Entry("regnet_y_16gf", 18, 200, 106.23, 2.48, 112),
        Entry("regnet_y_32gf", 20, 232, 115.89, 2.53, 232),
        Entry("regnet_y_128gf", 27, 456, 160.83, 2.52, 264),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        stem.call,                                             // [N, 3, H, W] to [N, 32, H/2, W/2]
        .. trunk_output.Calls.SkipLast(1),
        maps => trunk_output[^1].call(maps).Then(avgpool),      // to [N, features, H/32, W/32], then [N, features]
        fc.call,                                               // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int depth, int w0, double wa, double wm, int groupWidth)
    {
        IReadOnlyList<(int Width, int Depth)> stages = StagesOf(depth, w0, wa, wm, groupWidth);
        bool gated = name.StartsWith("regnet_y", StringComparison.Ordinal);
        return new NetworkArchitecture(
            name, [new("stem", "stem"), .. Enumerable.Range(1, Stages).Select(stage => new Stage($"block{stage}", $"trunk_output.block{stage}"))],
            head: "fc", stages[^1].Width, () => new RegNet(stages, groupWidth, gated));
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
    private sealed class Bottleneck(long inputs, long width, long stride, long groupWidth, bool gated) : Composite(nameof(Bottleneck))
    {
        private readonly nn.Module<Tensor, Tensor> proj = Layer.Projection(inputs, width, stride);
        private readonly Chain f = new(
            ("a", Layer.ConvolutionNorm(inputs, width, kernel: 1, activation: Layer.Relu())),
            ("b", Layer.ConvolutionNorm(width, width, kernel: 3, stride, groups: width / Math.Min(groupWidth, width), activation: Layer.Relu())),
            ("se", gated ? new SqueezeExcitation(width, inputs / 4, Layer.Relu(), nn.Sigmoid()) : null),
            ("c", Layer.ConvolutionNorm(width, width, kernel: 1)));
        private readonly Addition add = new();
        private readonly ReLU activation = Layer.Relu();

        public override Tensor forward(Tensor input)
        {
            using Tensor shortcut = proj.call(input);
            return f.call(input).Then(add, shortcut).Then(activation);
        }
    }
}
