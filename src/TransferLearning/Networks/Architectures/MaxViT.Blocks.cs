using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

internal sealed partial class MaxViT
{
    /// <summary>Widen, filter each channel by itself, weigh the channels, narrow without an activation; beside a shortcut. A norm comes first.</summary>
    private sealed class InvertedResidual(long inputs, long outputs, long stride, double stochasticDepth)
        : Composite(nameof(InvertedResidual))
    {
        private const int Expansion = 4;

        private readonly nn.Module<Tensor, Tensor> proj = Layer.KeepsSize(inputs, outputs, stride)
            ? nn.Identity()
            : new Chain(nn.AvgPool2d(3, stride, padding: 1), Layer.Convolution(inputs, outputs, kernel: 1, bias: true));
        private readonly Chain layers = new(
            ("pre_norm", new BatchNormalization(inputs, NormEpsilon, NormMomentum)),
            ("conv_a", ConvolutionNormGelu(inputs, Expansion * outputs, kernel: 1)),
            ("conv_b", ConvolutionNormGelu(Expansion * outputs, Expansion * outputs, kernel: 3, stride, groups: Expansion * outputs)),
            ("squeeze_excitation", new SqueezeExcitation(Expansion * outputs, outputs / 4, nn.SiLU(), nn.Sigmoid())),
            ("conv_c", Layer.Convolution(Expansion * outputs, outputs, kernel: 1, bias: true)));
        private readonly StochasticDepth stochastic_depth = new(stochasticDepth);
        private readonly Addition add = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor shortcut = proj.call(input);
            return layers.call(input).Then(stochastic_depth).Then(add, shortcut);
        }
    }

    /// <summary>
    /// Attention within groups of 7 x 7 tokens, then two linear layers for each token, each beside a shortcut. A group is a window of
    /// neighbours, or a grid of tokens spread evenly over the image.
    /// </summary>
    private sealed class PartitionAttention(long channels, bool grid, double stochasticDepth) : Composite(nameof(PartitionAttention))
    {
        private readonly Partition partition = new(grid);
        private readonly Departition departition = new(grid);
        private readonly Chain attn_layer = new(Norm(channels), new RelativeAttention(channels));
        private readonly Chain mlp_layer = new(Norm(channels), Layer.Linear(channels, 4 * channels), nn.GELU(), Layer.Linear(4 * channels, channels));
        private readonly StochasticDepth stochastic_dropout1 = new(stochasticDepth), stochastic_dropout2 = new(stochasticDepth);
        private readonly Addition add1 = new(), add2 = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor groups = partition.call(input);
            using Tensor attended = attn_layer.call(groups).Then(stochastic_dropout1).Then(add1, groups);
            return mlp_layer.call(attended).Then(stochastic_dropout2).Then(add2, attended).Then(departition);
        }
    }

    /// <summary>[N, channels, H, W] to [N, groups, 49, channels].</summary>
    private sealed class Partition(bool grid) : nn.Module<Tensor, Tensor>(nameof(Partition)), IGraphLayer
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            (long channels, long rows, long columns) = (input.shape[1], input.shape[2] / WindowSide, input.shape[3] / WindowSide);
            Tensor groups = grid
                ? input.reshape(-1, channels, WindowSide, rows, WindowSide, columns).permute(0, 3, 5, 2, 4, 1)
                : input.reshape(-1, channels, rows, WindowSide, columns, WindowSide).permute(0, 2, 4, 3, 5, 1);
            return groups.reshape(-1, rows * columns, WindowSide * WindowSide, channels).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new(nameof(Partition), ("side", (long)WindowSide), ("grid", grid));
    }

    /// <summary>[N, groups, 49, channels] to [N, channels, H, W], as many groups down as across.</summary>
    private sealed class Departition(bool grid) : nn.Module<Tensor, Tensor>(nameof(Departition)), IGraphLayer
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            long rows = (long)Math.Sqrt(input.shape[1]), channels = input.shape[3];
            Tensor groups = input.reshape(-1, rows, rows, WindowSide, WindowSide, channels);
            Tensor maps = grid ? groups.permute(0, 5, 3, 1, 4, 2) : groups.permute(0, 5, 1, 3, 2, 4);
            return maps.reshape(-1, channels, rows * WindowSide, rows * WindowSide).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new(nameof(Departition), ("side", (long)WindowSide), ("grid", grid));
    }

    /// <summary>Attention among the tokens of each group, with a learned number for how each pair lies.</summary>
    private sealed class RelativeAttention(long channels) : nn.Module<Tensor, Tensor>(nameof(RelativeAttention)), IFollowsInputFormat, IGraphLayer
    {
        private readonly Parameter relative_position_bias_table = new(zeros(RelativePositions.TableSize(WindowSide), channels / HeadSize));
        private readonly Tensor relative_position_index = RelativePositions.Index(WindowSide, WindowSide * WindowSide, WindowSide * WindowSide);
        private readonly LinearLayer to_qkv = Layer.Linear(channels, 3 * channels), merge = Layer.Linear(channels, channels);

        private readonly long _heads = channels / HeadSize;

        // Scores are divided by the root of all channels, of which attention divides by that of a head's.
        private readonly Scalar _scale = Math.Sqrt(1.0 / (channels / HeadSize));

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            (Tensor queries, Tensor keys, Tensor values) = MultiHeadAttention.Split(to_qkv.call(input.flatten(0, 1)), _heads);
            Tensor bias = RelativePositions.Bias(relative_position_bias_table, relative_position_index).unsqueeze(0).to(input.dtype);
            Tensor attended = MultiHeadAttention.Attend(queries.mul(_scale), keys, values, bias);         // [N * groups, 49, channels]
            return merge.call(attended).view(input.shape).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new(nameof(RelativeAttention), ("heads", _heads));

        // [N, groups, tokens, channels]: in each group, every token is compared with every other, and gathers from it.
        public long MultiplyAdds(IReadOnlyList<long> output) =>
            output[0] * output[1] * output[2] * (to_qkv.Weight.numel() + merge.Weight.numel() + 2 * output[2] * output[3]);
    }
}
