using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// SqueezeNet: Iandola, Han, Moskewicz, Ashraf, Dally and Keutzer, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and
/// &lt;0.5MB model size", 2016 (table 1), and the authors' later version 1.1, which pools earlier and computes less. The head is a
/// convolution over maps, which are pooled behind it. Field names are torchvision's keys.
/// </summary>
internal sealed class SqueezeNet : StagedNetwork
{
    private const int FeatureSize = 512;

    // The fire modules of both versions by what they squeeze to; each expands to four times that by two kernels.
    private static readonly int[] Squeezes = [16, 16, 32, 32, 48, 48, 64, 64];

    private readonly ChainStage[] _stages;
    private readonly Chain features;
    private readonly InFloat32 exact = new();
    private readonly Chain classifier = new(
        new KeyedDropout(0.5), Layer.Convolution(FeatureSize, 1000, kernel: 1, bias: true), Layer.Relu(), new GlobalAveragePool());

    private SqueezeNet(int stemChannels, int stemKernel, int[] groups) : base(nameof(SqueezeNet))
    {
        _stages = StagesOf(groups);
        features = new Chain(Layer.Convolution(3, stemChannels, stemKernel, stride: 2, padding: 0, bias: true), Layer.Relu(), Pool());
        long channels = stemChannels;
        int fire = 0;
        foreach (int depth in groups)
        {
            if (fire > 0)
                features.Append(Pool());
            for (int index = 0; index < depth; index++, fire++)
            {
                features.Append(new Fire(channels, Squeezes[fire]));
                channels = 8 * Squeezes[fire];
            }
        }
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("squeezenet1_0", stemChannels: 96, stemKernel: 7, groups: [3, 4, 1], smallestSide: 21),
        Entry("squeezenet1_1", stemChannels: 64, stemKernel: 3, groups: [2, 2, 4], smallestSide: 17),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        // [N, 3, H, W] to [N, 96 or 64, H/2, W/2], then [N, channels, H/8, W/8] and [N, 512, H/16, W/16]
        .. ChainStage.Steps(_stages, features, maps => maps.Then(exact)),
        classifier.call,                                                             // to [N, 1000, H/16, W/16], then [N, 1000]
    ];

    private static NetworkArchitecture Entry(string name, int stemChannels, int stemKernel, int[] groups, int smallestSide) => new(
        name, ChainStage.Metadata(StagesOf(groups), "features"),
        head: "classifier.1", FeatureSize, () => new SqueezeNet(stemChannels, stemKernel, groups), ImageSides.AtLeast(smallestSide));

    // The stem is a convolution and its rectifier; a group of fire modules has the pooling before it.
    private static ChainStage[] StagesOf(int[] groups) =>
        ChainStage.Sequence([("stem", 2), .. groups.Select((depth, index) => ($"stage{index + 1}", 1 + depth))]);

    private static MaxPool2d Pool() => nn.MaxPool2d(kernel_size: 3, stride: 2, ceil_mode: true);

    /// <summary>Figure 1: narrow to few channels, then widen them by kernels of 1 and of 3 beside each other.</summary>
    private sealed class Fire(long inputs, long squeezed) : Composite(nameof(Fire))
    {
        private readonly Convolution2d
            squeeze = Layer.Convolution(inputs, squeezed, kernel: 1, bias: true),
            expand1x1 = Layer.Convolution(squeezed, 4 * squeezed, kernel: 1, bias: true),
            expand3x3 = Layer.Convolution(squeezed, 4 * squeezed, kernel: 3, bias: true);
        private readonly ReLU squeeze_activation = Layer.Relu(), expand1x1_activation = Layer.Relu(), expand3x3_activation = Layer.Relu();
        private readonly Concatenation concatenate = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor narrow = squeeze.call(input).Then(squeeze_activation);
            return concatenate.Join(expand1x1.call(narrow).Then(expand1x1_activation), expand3x3.call(narrow).Then(expand3x3_activation));
        }
    }
}
