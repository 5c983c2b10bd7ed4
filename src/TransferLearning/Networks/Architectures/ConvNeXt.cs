using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// ConvNeXt: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie, "A ConvNet for the 2020s", 2022 (table 9). Field names are torchvision's keys.
/// </summary>
internal sealed class ConvNeXt : StagedNetwork
{
    private const double Epsilon = 1e-6;

    // Branches start as good as absent.
    private static readonly Scalar _initialScale = 1e-6;

    private readonly Chain features;
    private readonly GlobalAveragePool avgpool = new();
    private readonly Chain classifier;

    private ConvNeXt(int[] channels, int[] depths, double largestDropProbability) : base(nameof(ConvNeXt))
    {
        features = new Chain(new Chain(
            Layer.Convolution(3, channels[0], kernel: 4, stride: 4, padding: 0, bias: true),
            new LayerNormalization2d(channels[0], Epsilon)));
        int before = 0;
        int last = depths.Sum() - 1;
        for (int stage = 0; stage < depths.Length; stage++)
        {
            if (stage > 0)
                features.Append(Downsampling(channels[stage - 1], channels[stage]));

            // The first block is never dropped, the last most often, those between in proportion.
            features.Append(new Chain(Enumerable.Range(before, depths[stage])
                .Select(index => new Block(channels[stage], largestDropProbability * index / last))));
            before += depths[stage];
        }
        classifier = new Chain(new LayerNormalization(channels[^1], Epsilon), nn.Flatten(), Layer.Linear(channels[^1], 1000));
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("convnext_tiny", [96, 192, 384, 768], [3, 3, 9, 3], largestDropProbability: 0.1),
        Entry("convnext_small", [96, 192, 384, 768], [3, 3, 27, 3], largestDropProbability: 0.4),
        Entry("convnext_base", [128, 256, 512, 1024], [3, 3, 27, 3], largestDropProbability: 0.5),
        Entry("convnext_large", [192, 384, 768, 1536], [3, 3, 27, 3], largestDropProbability: 0.5),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        // [N, 3, H, W] to [N, channels, H/4, W/4], then [N, features, H/32, W/32] and [N, features]
        .. ChainStage.Steps(ChainStage.Hierarchy, features, maps => maps.Then(avgpool).Then(classifier[0]).Then(classifier[1])),
        // to [N, 1000]
        classifier[2].call,
    ];

    private static NetworkArchitecture Entry(string name, int[] channels, int[] depths, double largestDropProbability) => new(
        name, ChainStage.Metadata(ChainStage.Hierarchy, "features", besides: "classifier.0"),
        head: "classifier.2", channels[^1], () => new ConvNeXt(channels, depths, largestDropProbability), ImageSides.AtLeast(32));

    private static Chain Downsampling(long inputs, long outputs) => new(
        new LayerNormalization2d(inputs, Epsilon),
        Layer.Convolution(inputs, outputs, kernel: 2, stride: 2, padding: 0, bias: true));

    /// <summary>Figure 4: filter each channel by itself, then widen and narrow each pixel; beside a shortcut.</summary>
    private sealed class Block(long channels, double dropProbability) : Composite(nameof(Block)), IFollowsInputFormat
    {
        private readonly Parameter layer_scale = new(full([channels, 1, 1], _initialScale));
        private readonly Chain block = new(
            Layer.Convolution(channels, channels, kernel: 7, groups: channels, bias: true),
            new Permutation(0, 2, 3, 1),                // to [N, H, W, channels]
            new LayerNormalization(channels, Epsilon),
            Layer.Linear(channels, 4 * channels),
            nn.GELU(),
            Layer.Linear(4 * channels, channels),
            new Permutation(0, 3, 1, 2));
        private readonly Multiplication scale = new();
        private readonly StochasticDepth stochastic_depth = new(dropProbability);
        private readonly Addition add = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor maps = block.call(input);
            return scale.call(maps, layer_scale).Then(stochastic_depth).Then(add, input);
        }
    }
}
