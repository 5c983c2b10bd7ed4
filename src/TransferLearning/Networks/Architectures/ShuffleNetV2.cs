using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// ShuffleNetV2: Ma, Zhang, Zheng and Sun, "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design", 2018 (table 5).
/// Field names are torchvision's keys.
/// </summary>
internal sealed class ShuffleNetV2(int[] channels, int features) : StagedNetwork(nameof(ShuffleNetV2))
{
    private const int StemChannels = 24;

    private readonly Chain conv1 = Layer.ConvolutionNorm(3, StemChannels, kernel: 3, stride: 2);
    private readonly MaxPool2d maxpool = nn.MaxPool2d(kernel_size: 3, stride: 2, padding: 1);
    private readonly ReLU relu = Layer.Relu();
    private readonly Chain
        stage2 = Units(StemChannels, channels[0], depth: 4),
        stage3 = Units(channels[0], channels[1], depth: 8),
        stage4 = Units(channels[1], channels[2], depth: 4),
        conv5 = Layer.ConvolutionNorm(channels[2], features, kernel: 1, activation: Layer.Relu());
    private readonly GlobalAveragePool avgpool = new();
    private readonly LinearLayer fc = Layer.Linear(features, 1000);

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("shufflenet_v2_x0_5", [48, 96, 192], features: 1024),
        Entry("shufflenet_v2_x1_0", [116, 232, 464], features: 1024),
        Entry("shufflenet_v2_x1_5", [176, 352, 704], features: 1024),
        Entry("shufflenet_v2_x2_0", [244, 488, 976], features: 2048),
    ];

    // The largest of rectified values is the rectified largest: behind the pooling, the rectifier has a quarter of the work.
    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => conv1.call(images).Then(maxpool).Then(relu),      // [N, 3, H, W] to [N, 24, H/4, W/4]
        stage2.call,
        stage3.call,
        stage4.call,                                                // to [N, channels, H/32, W/32]
        maps => conv5.call(maps).Then(avgpool),                     // to [N, features]
        fc.call,                                                    // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int[] channels, int features) => new(
        name,
        [
            new("stem", "conv1"),
            new("stage2", "stage2"), new("stage3", "stage3"), new("stage4", "stage4"),
            new("top", "conv5"),
        ],
        head: "fc", features, () => new ShuffleNetV2(channels, features));

    private static Chain Units(long inputs, long outputs, int depth) =>
        new([new DownsamplingUnit(inputs, outputs), .. Enumerable.Range(1, depth - 1).Select(_ => new Unit(outputs))]);

    private static Chain MiddleBranch(long inputs, long channels, long stride)
    {
        Convolution2d narrow = Layer.Convolution(inputs, channels, kernel: 1);
        return new Chain([narrow, new BatchNormalization(narrow), Layer.Relu(), .. SeparableConvolution(channels, channels, stride)]);
    }

    // Each channel is filtered by itself, without a rectifier behind it; then the channels are mixed.
    private static IEnumerable<nn.Module<Tensor, Tensor>> SeparableConvolution(long inputs, long outputs, long stride)
    {
        Convolution2d filter = Layer.Convolution(inputs, inputs, kernel: 3, stride, groups: inputs);
        Convolution2d mix = Layer.Convolution(inputs, outputs, kernel: 1);
        return [filter, new BatchNormalization(filter), mix, new BatchNormalization(mix), Layer.Relu()];
    }

    /// <summary>Figure 3c: half of the channels pass by, the other half is worked on.</summary>
    private sealed class Unit(long channels) : Composite(nameof(Unit))
    {
        private readonly ChannelRange passing = new(0, channels / 2), worked = new(channels / 2, channels / 2);
        private readonly Chain branch2 = MiddleBranch(channels / 2, channels / 2, stride: 1);
        private readonly ChannelShuffle shuffle = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor left = passing.call(input);
            using Tensor right = worked.call(input).Then(branch2);
            return shuffle.call(left, right);
        }
    }

    /// <summary>Figure 3d: both branches see all channels, and halve the sides.</summary>
    private sealed class DownsamplingUnit(long inputs, long outputs) : Composite(nameof(DownsamplingUnit))
    {
        private readonly Chain branch1 = new(SeparableConvolution(inputs, outputs / 2, stride: 2));
        private readonly Chain branch2 = MiddleBranch(inputs, outputs / 2, stride: 2);
        private readonly ChannelShuffle shuffle = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor left = branch1.call(input);
            using Tensor right = branch2.call(input);
            return shuffle.call(left, right);
        }
    }

    /// <summary>A run of channels, [N, channels, H, W] to [N, count, H, W]. A module, so that hooks see it.</summary>
    private sealed class ChannelRange(long first, long count) : nn.Module<Tensor, Tensor>(nameof(ChannelRange)), IGraphLayer
    {
        public override Tensor forward(Tensor input) => input.narrow(1, first, count);

        public GraphOperation Describe() => new("Narrow", ("axis", 1L), ("start", first), ("length", count));
    }

    /// <summary>
    /// Joins two branches, channel by channel in turn: the paper's concatenation and shuffle of two groups, in one copy that leaves channels
    /// last in memory.
    /// </summary>
    private sealed class ChannelShuffle() : nn.Module<Tensor, Tensor, Tensor>(nameof(ChannelShuffle)), IGraphLayer
    {
        public override Tensor forward(Tensor left, Tensor right)
        {
            using var scope = NewDisposeScope();
            Tensor pairs = stack([left.permute(0, 2, 3, 1), right.permute(0, 2, 3, 1)], dim: -1);      // [N, H, W, channels, 2]
            return pairs.flatten(3).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new(nameof(ChannelShuffle));
    }
}
