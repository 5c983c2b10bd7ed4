using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014 (table 1: A, B, D and E),
/// plain and, as "_bn", with a batch norm behind each convolution. Field names are torchvision's keys.
/// </summary>
internal sealed class Vgg : StagedNetwork
{
    private const int FeatureSize = 4096;
    private const int PooledSide = 7;

    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    private readonly ChainStage[] _blocks;
    private readonly Chain features;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Flatten flatten;
    private readonly Chain classifier;
    private readonly InFloat32 exact;

    private Vgg(int[] depths, bool norm) : base(nameof(Vgg))
    {
        _blocks = BlocksOf(depths, norm);
        features = new Chain();
        long channels = 3;
        for (int block = 0; block < depths.Length; block++)
        {
            for (int index = 0; index < depths[block]; index++)
            {
                Convolution2d convolution = Layer.Convolution(channels, Widths[block], kernel: 3, bias: true);
                features.Append(convolution);
                if (norm)
                    features.Append(new BatchNormalization(convolution));
                features.Append(Layer.Relu());
                channels = Widths[block];
            }
            features.Append(nn.MaxPool2d(kernel_size: 2, stride: 2));
        }

        avgpool = nn.AdaptiveAvgPool2d(PooledSide);
        flatten = nn.Flatten();
        classifier = new Chain(
            Layer.Linear(channels * PooledSide * PooledSide, FeatureSize), Layer.Relu(), new KeyedDropout(0.5),
            Layer.Linear(FeatureSize, FeatureSize), Layer.Relu(), new KeyedDropout(0.5),
            Layer.Linear(FeatureSize, 1000));
        exact = new InFloat32();
        RegisterComponents();
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("vgg11", [1, 1, 2, 2, 2], norm: false),
        Entry("vgg11_bn", [1, 1, 2, 2, 2], norm: true),
        Entry("vgg13", [2, 2, 2, 2, 2], norm: false),
        Entry("vgg13_bn", [2, 2, 2, 2, 2], norm: true),
        Entry("vgg16", [2, 2, 3, 3, 3], norm: false),
        Entry("vgg16_bn", [2, 2, 3, 3, 3], norm: true),
        Entry("vgg19", [2, 2, 4, 4, 4], norm: false),
        Entry("vgg19_bn", [2, 2, 4, 4, 4], norm: true),
    ];

    // The second dropout belongs to the head's step: features that are kept from epoch to epoch are dropped anew each time.
    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        .. _blocks.SkipLast(1).Select(block => block.In(features)),                                  // [N, 3, H, W] to [N, 512, H/16, W/16]
        maps => _blocks[^1].Run(features, maps).Then(avgpool).Then(flatten),                         // to [N, 512, H/32, W/32], then [N, 512 * 7 * 7]
        activations => classifier.Run(activations, 0, 5).Then(exact),                                // to [N, 4096]
        activations => classifier.Run(activations, 5, 7),                                            // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int[] depths, bool norm) => new(
        new BackboneInfo
        {
            Name = name,
            Stages =
            [
                .. BlocksOf(depths, norm).Select(block => block.Of("features")),
                new Stage("hidden", "classifier.0", "classifier.3"),
                new Stage("head", "classifier.6"),
            ],
            Head = "classifier.6",
            FeatureSize = FeatureSize,
            Sides = ImageSides.AtLeast(32),
        },
        () => new Vgg(depths, norm));

    // A block is a convolution, perhaps a norm, and a rectifier, again and again, then the pooling.
    private static ChainStage[] BlocksOf(int[] depths, bool norm) =>
        ChainStage.Sequence([.. depths.Select((depth, index) => (index == 0 ? "stem" : $"block{index + 1}", depth * (norm ? 3 : 2) + 1))]);
}
