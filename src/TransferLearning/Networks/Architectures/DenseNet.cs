using TorchSharp.Modules;
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
    private readonly GlobalAveragePool avgpool;
    private readonly LinearLayer classifier;

    private DenseNet(long stemChannels, long growth, int[] depths) : base(nameof(DenseNet))
    {
        Convolution2d conv0 = Layer.Convolution(3, stemChannels, kernel: 7, stride: 2);
        features = new Chain();
        features.Append("conv0", conv0);
        features.Append("norm0", new BatchNormalization(conv0));
        features.Append("relu0", Layer.Relu());
        features.Append("pool0", nn.MaxPool2d(kernel_size: 3, stride: 2, padding: 1));

        long channels = stemChannels;
        for (int block = 1; block <= Blocks; block++)
        {
            features.Append($"denseblock{block}", DenseBlock(channels, growth, depths[block - 1]));
            channels += growth * depths[block - 1];
            if (block < Blocks)
            {
                features.Append($"transition{block}", Transition(channels, channels / 2));
                channels /= 2;
            }
        }
        features.Append("norm5", new BatchNormalization(channels));
        features.Append("relu5", Layer.Relu());
        avgpool = new GlobalAveragePool();
        classifier = Layer.Linear(channels, 1000);
        RegisterComponents();
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
        new BackboneInfo
        {
            Name = name,
            Stages =
            [
                new Stage("stem", "features.conv0", "features.norm0"),
                .. Enumerable.Range(1, Blocks).Select(block => new Stage(
                    $"block{block}", $"features.denseblock{block}", block < Blocks ? $"features.transition{block}" : "features.norm5")),
                new Stage("head", "classifier"),
            ],
            Head = "classifier",
            FeatureSize = features,
            Sides = ImageSides.AtLeast(29),
        },
        () => new DenseNet(stemChannels, growth, depths));

    private static Chain DenseBlock(long inputs, long growth, int depth)
    {
        var block = new Chain();
        for (int index = 0; index < depth; index++)
            block.Append($"denselayer{index + 1}", new DenseLayer(inputs + index * growth, growth));
        return block;
    }

    private static Chain Transition(long inputs, long outputs)
    {
        var transition = new Chain();
        transition.Append("norm", new BatchNormalization(inputs));
        transition.Append("relu", Layer.Relu());
        transition.Append("conv", Layer.Convolution(inputs, outputs, kernel: 1));
        transition.Append("pool", nn.AvgPool2d(kernel_size: 2, stride: 2));
        return transition;
    }

    /// <summary>Figure 1: adds a few maps, computed from all that came before in the block, and hands all of them on.</summary>
    private sealed class DenseLayer : nn.Module<Tensor, Tensor>
    {
        private const int Bottleneck = 4;

        private readonly BatchNormalization norm1;
        private readonly ReLU relu1;
        private readonly Convolution2d conv1;
        private readonly BatchNormalization norm2;
        private readonly ReLU relu2;
        private readonly Convolution2d conv2;
        private readonly Concatenation concatenate;

        public DenseLayer(long inputs, long growth) : base(nameof(DenseLayer))
        {
            norm1 = new BatchNormalization(inputs);
            relu1 = Layer.Relu();
            conv1 = Layer.Convolution(inputs, Bottleneck * growth, kernel: 1);
            norm2 = new BatchNormalization(conv1);
            relu2 = Layer.Relu();
            conv2 = Layer.Convolution(Bottleneck * growth, growth, kernel: 3);
            concatenate = new Concatenation();
            RegisterComponents();
        }

        /// <param name="input">[N, inputs, H, W]; borrowed.</param>
        /// <returns>[N, inputs + growth, H, W]; the caller disposes it.</returns>
        public override Tensor forward(Tensor input)
        {
            using Tensor grown = norm1.call(input).Then(relu1).Then(conv1).Then(norm2).Then(relu2).Then(conv2);
            return concatenate.call([input, grown]);
        }
    }
}
