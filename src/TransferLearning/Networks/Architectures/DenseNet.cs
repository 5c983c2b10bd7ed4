using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// DenseNet: Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks", 2016 (table 1: DenseNet-BC, which
/// narrows before each 3x3 convolution and halves the channels between blocks). Keys are torchvision's.
/// </summary>
internal sealed class DenseNet : StagedNetwork
{
    private const int Blocks = 4;

    private readonly Chain features;
    private readonly GlobalAveragePool avgpool = new();
    private readonly LinearLayer classifier;

    private DenseNet(long stemChannels, long growth, int[] depths) : base(nameof(DenseNet))
    {
        features = new Chain(
        [
            .. Layer.Normalized("conv0", "norm0", Layer.Convolution(3, stemChannels, kernel: 7, stride: 2)),
            ("relu0", Layer.Relu()),
            ("pool0", nn.MaxPool2d(kernel_size: 3, stride: 2, padding: 1)),
        ]);
        long channels = stemChannels;
        for (int block = 1; block <= Blocks; block++)
        {
            var layers = new Chain();
            for (int index = 1; index <= depths[block - 1]; index++, channels += growth)
                layers.Append($"denselayer{index}", new DenseLayer(channels, growth));
            features.Append($"denseblock{block}", layers);
            if (block < Blocks)
            {
                features.Append($"transition{block}", Transition(channels, channels / 2));
                channels /= 2;
            }
        }
        features.Append("norm5", new BatchNormalization(channels));
        features.Append("relu5", Layer.Relu());
        classifier = Layer.Linear(channels, 1000);
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("densenet121", stemChannels: 64, growth: 32, [6, 12, 24, 16], features: 1024),
        Entry("densenet161", stemChannels: 96, growth: 48, [6, 12, 36, 24], features: 2208),
        Entry("densenet169", stemChannels: 64, growth: 32, [6, 12, 32, 32], features: 1664),
        Entry("densenet201", stemChannels: 64, growth: 32, [6, 12, 48, 32], features: 1920),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => features.Run(images, 0, 4),                    // [N, 3, H, W] to [N, stem channels, H/4, W/4]
        maps => features.Run(maps, 4, 6),                        // each block with the transition behind it: half the side
        maps => features.Run(maps, 6, 8),
        maps => features.Run(maps, 8, 10),
        maps => features.Run(maps, 10, 13).Then(avgpool),        // to [N, features, H/32, W/32], then [N, features]
        classifier.call,                                         // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, long stemChannels, long growth, int[] depths, int features) => new(
        name,
        [
            new("stem", "features.conv0", "features.norm0"),
            .. Enumerable.Range(1, Blocks).Select(block => new Stage(
                $"block{block}", $"features.denseblock{block}", block < Blocks ? $"features.transition{block}" : "features.norm5")),
        ],
        head: "classifier", features, () => new DenseNet(stemChannels, growth, depths), ImageSides.AtLeast(29));

    private static Chain Transition(long inputs, long outputs) => new(
        ("norm", new BatchNormalization(inputs)),
        ("relu", Layer.Relu()),
        ("conv", Layer.Convolution(inputs, outputs, kernel: 1)),
        ("pool", nn.AvgPool2d(kernel_size: 2, stride: 2)));

    /// <summary>Figure 1: adds a few maps, computed from all that came before in the block, and hands all of them on.</summary>
    private sealed class DenseLayer(long inputs, long growth) : Chain(
    [
        ("norm1", new BatchNormalization(inputs)),
        ("relu1", Layer.Relu()),
        .. Layer.Normalized("conv1", "norm2", Layer.Convolution(inputs, Bottleneck * growth, kernel: 1)),
        ("relu2", Layer.Relu()),
        ("conv2", Layer.Convolution(Bottleneck * growth, growth, kernel: 3)),
    ])
    {
        private const int Bottleneck = 4;

        private readonly Concatenation concatenate = new();

        /// <param name="input">[N, inputs, H, W]; borrowed.</param>
        /// <returns>[N, inputs + growth, H, W]; the caller disposes it.</returns>
        public override Tensor forward(Tensor input)
        {
            using Tensor grown = base.forward(input);
            return concatenate.call([input, grown]);
        }
    }
}
