using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// ResNet: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015 (table 1), with a bottleneck's stride on
/// its 3x3 convolution, as torchvision has it ("v1.5"). Field names are torchvision's keys.
/// </summary>
/// <remarks>
/// Two families differ in the middle of the bottleneck alone. ResNeXt splits it into groups: Xie, Girshick, Dollár, Tu and He, "Aggregated
/// Residual Transformations for Deep Neural Networks", 2016 (table 1). Wide ResNet widens it: Zagoruyko and Komodakis, "Wide Residual
/// Networks", 2016 (table 8).
/// </remarks>
internal sealed class ResNet : StagedNetwork
{
    private const int BottleneckExpansion = 4;

    private readonly Convolution2d conv1 = Layer.Convolution(3, 64, kernel: 7, stride: 2);
    private readonly BatchNormalization bn1;
    private readonly ReLU relu = Layer.Relu();
    private readonly MaxPool2d maxpool = nn.MaxPool2d(kernel_size: 3, stride: 2, padding: 1);
    private readonly Chain layer1, layer2, layer3, layer4;
    private readonly GlobalAveragePool avgpool = new();
    private readonly LinearLayer fc;

    private ResNet(bool bottleneck, int[] depths, int groups, int groupWidth) : base(nameof(ResNet))
    {
        int expansion = bottleneck ? BottleneckExpansion : 1;
        bn1 = new BatchNormalization(conv1);
        layer1 = Blocks(64, 64, depths[0], stride: 1);
        layer2 = Blocks(64 * expansion, 128, depths[1], stride: 2);
        layer3 = Blocks(128 * expansion, 256, depths[2], stride: 2);
        layer4 = Blocks(256 * expansion, 512, depths[3], stride: 2);
        fc = Layer.Linear(512 * expansion, 1000);

        Chain Blocks(long inputs, long width, int depth, long stride) => new(Layer.Blocks(depth, inputs, width * expansion, stride, (from, step) => bottleneck
            ? Bottleneck(from, width * groupWidth / 64 * groups, width * expansion, step, groups)
            : BasicBlock(from, width, step)));
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("resnet18", bottleneck: false, [2, 2, 2, 2]),
        Entry("resnet34", bottleneck: false, [3, 4, 6, 3]),
        Entry("resnet50", bottleneck: true, [3, 4, 6, 3]),
        Entry("resnet101", bottleneck: true, [3, 4, 23, 3]),
        Entry("resnet152", bottleneck: true, [3, 8, 36, 3]),
        Entry("resnext50_32x4d", bottleneck: true, [3, 4, 6, 3], groups: 32, groupWidth: 4),
        Entry("resnext101_32x8d", bottleneck: true, [3, 4, 23, 3], groups: 32, groupWidth: 8),
        Entry("resnext101_64x4d", bottleneck: true, [3, 4, 23, 3], groups: 64, groupWidth: 4),
        Entry("wide_resnet50_2", bottleneck: true, [3, 4, 6, 3], groupWidth: 128),
        Entry("wide_resnet101_2", bottleneck: true, [3, 4, 23, 3], groupWidth: 128),
    ];

    // The largest of rectified values is the rectified largest: behind the pooling, the rectifier has a quarter of the work.
    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => conv1.call(images).Then(bn1).Then(maxpool).Then(relu),      // [N, 3, H, W] to [N, 64, H/4, W/4]
        layer1.call,
        layer2.call,
        layer3.call,
        maps => layer4.call(maps).Then(avgpool),                              // to [N, features, H/32, W/32], then [N, features]
        fc.call,                                                              // to [N, 1000]
    ];

    // The width of a group is that of layer1, and doubles from layer to layer.
    private static NetworkArchitecture Entry(string name, bool bottleneck, int[] depths, int groups = 1, int groupWidth = 64) => new(
        name,
        [
            new("stem", "conv1", "bn1"),
            new("layer1", "layer1"), new("layer2", "layer2"), new("layer3", "layer3"), new("layer4", "layer4"),
        ],
        head: "fc", bottleneck ? 512 * BottleneckExpansion : 512, () => new ResNet(bottleneck, depths, groups, groupWidth));

    /// <summary>Figure 5, left: two 3x3 convolutions.</summary>
    private static Block BasicBlock(long inputs, long width, long stride) => new(
        Layer.Projection(inputs, width, stride),
        [
            .. Layer.Normalized("conv1", "bn1", Layer.Convolution(inputs, width, kernel: 3, stride)), ("relu1", Layer.Relu()),
            .. Layer.Normalized("conv2", "bn2", Layer.Convolution(width, width, kernel: 3)),
        ]);

    /// <summary>Figure 5, right: a 3x3 convolution between two 1x1 that narrow and widen.</summary>
    private static Block Bottleneck(long inputs, long width, long outputs, long stride, long groups) => new(
        Layer.Projection(inputs, outputs, stride),
        [
            .. Layer.Normalized("conv1", "bn1", Layer.Convolution(inputs, width, kernel: 1)), ("relu1", Layer.Relu()),
            .. Layer.Normalized("conv2", "bn2", Layer.Convolution(width, width, kernel: 3, stride, groups: groups)), ("relu2", Layer.Relu()),
            .. Layer.Normalized("conv3", "bn3", Layer.Convolution(width, outputs, kernel: 1)),
        ]);

    /// <summary>Layers beside a shortcut, with a projection where the sizes differ (option B), and a rectifier behind both.</summary>
    private sealed class Block(nn.Module<Tensor, Tensor> projection, params IEnumerable<(string, nn.Module<Tensor, Tensor>?)> layers) : Chain(layers)
    {
        private readonly nn.Module<Tensor, Tensor> downsample = projection;
        private readonly Addition add = new();
        private readonly ReLU relu = Layer.Relu();

        public override Tensor forward(Tensor input)
        {
            using Tensor shortcut = downsample.call(input);
            return base.forward(input).Then(add, shortcut).Then(relu);
        }
    }
}
