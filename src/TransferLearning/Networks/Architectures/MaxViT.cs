using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// MaxViT: Tu, Talebi, Zhang, Yang, Milanfar, Bovik and Li, "MaxViT: Multi-Axis Vision Transformer", ECCV 2022 (figure 2, table 1).
/// Takes images whose maps are whole windows in every stage, 224 x 224. Field names are torchvision's keys.
/// </summary>
internal sealed partial class MaxViT : StagedNetwork
{
    private const int ImageSide = 224;
    private const int StemChannels = 64;
    private const int FeatureSize = 512;
    private const int HeadSize = 32;
    private const int WindowSide = 7;
    private const double LargestStochasticDepth = 0.2;      // of the last layer; it grows from 0 at the first

    // TensorFlow's, whose momentum counts what stays of the old statistics there and what comes of the new ones here; torchvision trained so.
    private const double NormEpsilon = 1e-3, NormMomentum = 0.99;

    private static readonly (int Channels, int Depth)[] Stages = [(64, 2), (128, 2), (256, 5), (FeatureSize, 2)];

    private readonly Chain stem = new(
        ConvolutionNormGelu(3, StemChannels, kernel: 3, stride: 2),
        new Chain(Layer.Convolution(StemChannels, StemChannels, kernel: 3, bias: true)));
    private readonly Chain blocks = new();
    private readonly Chain classifier = new(
        ("0", new GlobalAveragePool()),
        ("2", Norm(FeatureSize)),
        ("3", Layer.Linear(FeatureSize, FeatureSize)),
        ("4", nn.Tanh()),
        ("5", Layer.Linear(FeatureSize, 1000, bias: false)));

    private MaxViT() : base(nameof(MaxViT))
    {
        int total = Stages.Sum(stage => stage.Depth), layer = 0;
        long inputs = StemChannels;
        foreach ((int channels, int depth) in Stages)
        {
            var layers = new Chain();
            for (int index = 0; index < depth; index++, layer++)
            {
                double stochasticDepth = LargestStochasticDepth * layer / (total - 1);
                layers.Append(Nest(new Chain(
                    ("MBconv", new InvertedResidual(inputs, channels, index == 0 ? 2 : 1, stochasticDepth)),
                    ("window_attention", new PartitionAttention(channels, grid: false, stochasticDepth)),
                    ("grid_attention", new PartitionAttention(channels, grid: true, stochasticDepth)))));
                inputs = channels;
            }
            blocks.Append(Nest(layers));
        }
    }

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        new("maxvit_t",
            [
                new("stem", "stem"),
                new("stage1", "blocks.0"), new("stage2", "blocks.1"), new("stage3", "blocks.2"),
                new("stage4", "blocks.3", "classifier.2", "classifier.3"),
            ],
            head: "classifier.5", FeatureSize, () => new MaxViT(), ImageSides.Exactly(ImageSide)),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        stem.call,                                                                      // [N, 3, H, W] to [N, 64, H/2, W/2]
        .. blocks.Calls.SkipLast(1),
        maps =>                                                                         // to [N, 512, H/32, W/32], then [N, 512]
        {
            using Tensor last = blocks[^1].call(maps);
            return classifier.Run(last, 0, 4);
        },
        classifier[4].call,                                                             // to [N, 1000]
    ];

    // Modules one after another, a level deeper in the keys.
    private static Chain Nest(Chain layers) => new(("layers", layers));

    private static LayerNormalization Norm(long channels) => new(channels, epsilon: 1e-5);

    private static Chain ConvolutionNormGelu(long inputs, long outputs, long kernel, long stride = 1, long groups = 1) =>
        Layer.ConvolutionNorm(inputs, outputs, kernel, stride, groups, NormEpsilon, NormMomentum, nn.GELU());
}
