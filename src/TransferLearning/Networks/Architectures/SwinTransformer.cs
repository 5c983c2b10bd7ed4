using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// Swin Transformer: Liu, Lin, Cao, Hu, Wei, Zhang, Lin and Guo, "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows",
/// ICCV 2021 (figure 3, table 7). Takes images of any size; windows at the edges are filled with zeros. Field names are torchvision's keys.
/// </summary>
internal sealed class SwinTransformer : StagedNetwork
{
    private const int PatchSide = 4;
    private const int HeadSize = 32;

    private readonly Chain features;
    private readonly LayerNormalization norm;
    private readonly Permutation permute = new(0, 3, 1, 2);
    private readonly GlobalAveragePool avgpool = new();
    private readonly LinearLayer head;

    private SwinTransformer(long channels, int[] depths, double stochasticDepth, bool normFirst, Func<long, long, bool, WindowAttention> attention)
        : base(nameof(SwinTransformer))
    {
        features = new Chain(new Chain(
            Layer.Convolution(3, channels, kernel: PatchSide, stride: PatchSide, padding: 0, bias: true),
            new Permutation(0, 2, 3, 1),
            Norm(channels)));

        int total = depths.Sum(), block = 0;
        for (int stage = 0; stage < depths.Length; stage++)
        {
            if (stage > 0)
            {
                features.Append(new PatchMerging(channels, normFirst));
                channels *= 2;
            }

            var blocks = new Chain();
            for (int index = 0; index < depths[stage]; index++, block++)
            {
                WindowAttention windows = attention(channels, channels / HeadSize, index % 2 == 1);
                blocks.Append(new Block(channels, windows, stochasticDepth * block / (total - 1), normFirst));
            }
            features.Append(blocks);
        }

        norm = Norm(channels);
        head = Layer.Linear(channels, 1000);
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("swin_t", 96, [2, 2, 6, 2], stochasticDepth: 0.2, normFirst: true, Attention),
        Entry("swin_s", 96, [2, 2, 18, 2], stochasticDepth: 0.3, normFirst: true, Attention),
        Entry("swin_b", 128, [2, 2, 18, 2], stochasticDepth: 0.5, normFirst: true, Attention),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        // [N, 3, H, W] to [N, H/4, W/4, channels], then [N, H/32, W/32, 8 * channels] and [N, 8 * channels]
        .. ChainStage.Steps(ChainStage.Hierarchy, features, maps => maps.Then(norm).Then(permute).Then(avgpool)),
        // to [N, 1000]
        head.call,
    ];

    internal override Tensor ChannelsFirst(Tensor output) => output.dim() == 4 ? output.permute(0, 3, 1, 2) : output.alias();

    /// <summary>A network of either version.</summary>
    /// <param name="name">torchvision's name for it.</param>
    /// <param name="channels">After the stem; each stage but the first doubles them.</param>
    /// <param name="depths">The blocks of each of the four stages.</param>
    /// <param name="stochasticDepth">The last block's probability; it grows from 0 at the first.</param>
    /// <param name="normFirst">Whether layers are normalised before, as in the first version, or behind.</param>
    /// <param name="attention">Makes a block's attention from its channels, its heads, and whether its windows are shifted.</param>
    public static NetworkArchitecture Entry(
        string name, int channels, int[] depths, double stochasticDepth, bool normFirst, Func<long, long, bool, WindowAttention> attention) => new(
        name, ChainStage.Metadata(ChainStage.Hierarchy, "features", besides: "norm"), head: "head", channels << (depths.Length - 1),
        () => new SwinTransformer(channels, depths, stochasticDepth, normFirst, attention), ImageSides.AtLeast(PatchSide));

    private static LayerNormalization Norm(long channels) => new(channels, epsilon: 1e-5);

    private static TableAttention Attention(long channels, long heads, bool shifted) => new(channels, heads, shifted);

    /// <summary>Attention within windows, then two linear layers for each token, each beside a shortcut.</summary>
    private sealed class Block(long channels, WindowAttention attention, double stochasticDepth, bool normFirst) : Composite(nameof(Block))
    {
        private readonly LayerNormalization norm1 = Norm(channels);
        private readonly WindowAttention attn = attention;
        private readonly LayerNormalization norm2 = Norm(channels);
        private readonly Chain mlp = new(
            ("0", Layer.Linear(channels, 4 * channels)),
            ("1", nn.GELU()),
            ("3", Layer.Linear(4 * channels, channels)));        // torchvision's "2" is a dropout that drops nothing
        private readonly StochasticDepth stochastic_depth1 = new(stochasticDepth), stochastic_depth2 = new(stochasticDepth);
        private readonly Addition add1 = new(), add2 = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor attended = Branch(input, norm1, attn).Then(stochastic_depth1).Then(add1, input);
            return Branch(attended, norm2, mlp).Then(stochastic_depth2).Then(add2, attended);
        }

        private Tensor Branch(Tensor input, LayerNormalization norm, nn.Module<Tensor, Tensor> layer) =>
            normFirst ? norm.call(input).Then(layer) : layer.call(input).Then(norm);
    }

    /// <summary>Halves the sides: joins the channels of two by two tokens, and narrows them to half.</summary>
    private sealed class PatchMerging(long channels, bool normFirst) : Composite(nameof(PatchMerging))
    {
        private readonly Neighbors neighbors = new();
        private readonly LinearLayer reduction = Layer.Linear(4 * channels, 2 * channels, bias: false);
        private readonly LayerNormalization norm = Norm(normFirst ? 4 * channels : 2 * channels);

        public override Tensor forward(Tensor input) => normFirst
            ? neighbors.call(input).Then(norm).Then(reduction)
            : neighbors.call(input).Then(reduction).Then(norm);
    }

    /// <summary>[N, H, W, channels] to [N, H/2, W/2, 4 * channels], rounded up: each two by two tokens side by side, by columns.</summary>
    private sealed class Neighbors() : nn.Module<Tensor, Tensor>(nameof(Neighbors)), IGraphLayer
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            (long height, long width, long channels) = (input.shape[1], input.shape[2], input.shape[3]);
            Tensor even = (height | width) % 2 == 0 ? input : nn.functional.pad(input, [0, 0, 0, width % 2, 0, height % 2]);
            return even.reshape(-1, (height + 1) / 2, 2, (width + 1) / 2, 2, channels).permute(0, 1, 3, 4, 2, 5).flatten(3).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new("JoinNeighbors");
    }

    /// <summary>Attention that looks up the number for each pair of tokens.</summary>
    private sealed class TableAttention(long channels, long heads, bool shifted)
        : WindowAttention(nameof(TableAttention), Layer.Linear(channels, 3 * channels), channels, heads, Side, shifted)
    {
        private const int Side = 7;

        private readonly Parameter relative_position_bias_table = new(zeros(RelativePositions.TableSize(Side), heads));

        private protected override string Operation => "WindowAttention";

        private protected override Tensor BiasTable() => relative_position_bias_table;

        private protected override Tensor Attend(Tensor projected, Tensor bias)
        {
            (Tensor queries, Tensor keys, Tensor values) = MultiHeadAttention.Split(projected, Heads);
            return MultiHeadAttention.Attend(queries, keys, values, bias.to(projected.dtype));
        }
    }
}
