using TorchSharp.Modules;
using TransferLearning.Backbones.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Backbones.Networks;

/// <summary>
/// MobileNetV2: Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018 (table 2).
/// Field names are torchvision's keys.
/// </summary>
internal sealed class MobileNetV2 : nn.Module<Tensor, Tensor>
{
    private const int FeatureSize = 1280;

    private static readonly (int Expansion, int Channels, int Depth, int Stride)[] Bottlenecks =
    [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];

    private readonly Sequential features;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Flatten flatten;
    private readonly Sequential classifier;

    private MobileNetV2() : base(nameof(MobileNetV2))
    {
        long channels = 32;
        features = nn.Sequential(Layer.ConvolutionNormRelu6(3, channels, kernel: 3, stride: 2));
        foreach ((int expansion, int outputs, int depth, int stride) in Bottlenecks)
        {
            for (int index = 0; index < depth; index++)
            {
                features.append(new InvertedResidual(channels, outputs, expansion, index == 0 ? stride : 1));
                channels = outputs;
            }
        }
        features.append(Layer.ConvolutionNormRelu6(channels, FeatureSize, kernel: 1));
        avgpool = nn.AdaptiveAvgPool2d(1);
        flatten = nn.Flatten();
        classifier = nn.Sequential(new KeyedDropout(0.2), Layer.Linear(FeatureSize, 1000));
        RegisterComponents();
    }

    public static IReadOnlyList<CatalogEntry> Catalog { get; } =
    [
        new(
            new BackboneInfo { Name = "mobilenet_v2", Stages = Stages(), Head = "classifier.1", FeatureSize = FeatureSize },
            () => new MobileNetV2(),
            TorchvisionWeights.From("mobilenet_v2-b0353104", "mobilenet_v2-7ebf99e0")),
    ];

    public override Tensor forward(Tensor images) =>            // [N, 3, H, W]
        features.call(images)                                   // [N, 1280, H/32, W/32]
            .Then(avgpool).Then(flatten)                        // [N, 1280]
            .Then(classifier);                                  // [N, 1000]

    private static IReadOnlyList<Stage> Stages()
    {
        List<Stage> stages = [new Stage("stem", "features.0")];
        int next = 1;
        foreach ((_, _, int depth, _) in Bottlenecks)
        {
            stages.Add(new Stage($"stage{stages.Count}", [.. Enumerable.Range(next, depth).Select(index => $"features.{index}")]));
            next += depth;
        }
        stages.Add(new Stage("top", $"features.{next}"));
        stages.Add(new Stage("head", "classifier"));
        return stages;
    }

    /// <summary>Widen, filter each channel by itself, narrow without a rectifier; beside a shortcut where the sizes are equal.</summary>
    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential conv;
        private readonly Addition? add;

        public InvertedResidual(long inputs, long outputs, int expansion, long stride) : base(nameof(InvertedResidual))
        {
            long hidden = inputs * expansion;
            conv = nn.Sequential();
            if (expansion != 1)
                conv.append(Layer.ConvolutionNormRelu6(inputs, hidden, kernel: 1));
            conv.append(Layer.ConvolutionNormRelu6(hidden, hidden, kernel: 3, stride, groups: hidden));
            conv.append(Layer.Convolution(hidden, outputs, kernel: 1));
            conv.append(new BatchNormalization(outputs));
            add = Layer.Shortcut(inputs, outputs, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => conv.call(input).Then(add, input);
    }
}
