using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014 (table 1: A, B, D and E),
/// plain and, as "_bn", with a batch norm behind each convolution. Field names are torchvision's keys.
/// </summary>
internal sealed class Vgg(int[] depths, bool norm) : StagedNetwork(nameof(Vgg))
{
    private const int FeatureSize = 4096;
    private const int PooledSide = 7;

    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    private readonly ChainStage[] _blocks = BlocksOf(depths, norm);
    private readonly Chain features = new(Features(depths, norm));
    private readonly AdaptiveAvgPool2d avgpool = nn.AdaptiveAvgPool2d(PooledSide);
    private readonly Flatten flatten = nn.Flatten();
    private readonly Chain classifier = new(
        Layer.Linear(Widths[^1] * PooledSide * PooledSide, FeatureSize), Layer.Relu(), new KeyedDropout(0.5),
        Layer.Linear(FeatureSize, FeatureSize), Layer.Relu(), new KeyedDropout(0.5),
        Layer.Linear(FeatureSize, 1000));
    private readonly InFloat32 exact = new();

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
        // [N, 3, H, W] to [N, 512, H/32, W/32], then [N, 512 * 7 * 7]
        .. ChainStage.Steps(_blocks, features, maps => maps.Then(avgpool).Then(flatten)),
        activations => classifier.Run(activations, 0, 5).Then(exact),     // to [N, 4096]
        activations => classifier.Run(activations, 5, 7),                 // to [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int[] depths, bool norm) => new(
        name,
        [.. BlocksOf(depths, norm).Select(block => block.Of("features")), new("hidden", "classifier.0", "classifier.3")],
        head: "classifier.6", FeatureSize, () => new Vgg(depths, norm), ImageSides.AtLeast(32));

    // A block is a convolution, perhaps a norm, and a rectifier, again and again, then the pooling.
    private static ChainStage[] BlocksOf(int[] depths, bool norm) =>
        ChainStage.Sequence([.. depths.Select((depth, index) => (index == 0 ? "stem" : $"block{index + 1}", depth * (norm ? 3 : 2) + 1))]);

    private static IEnumerable<nn.Module<Tensor, Tensor>?> Features(int[] depths, bool norm)
    {
        long channels = 3;
        foreach ((int depth, int width) in depths.Zip(Widths))
        {
            for (int index = 0; index < depth; index++)
            {
                Convolution2d convolution = Layer.Convolution(channels, width, kernel: 3, bias: true);
                yield return convolution;
                yield return norm ? new BatchNormalization(convolution) : null;
                yield return Layer.Relu();
                channels = width;
            }
            yield return nn.MaxPool2d(kernel_size: 2, stride: 2);
        }
    }
}
