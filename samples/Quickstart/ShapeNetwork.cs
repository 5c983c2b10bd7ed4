using TorchSharp.Modules;
using TransferLearning;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quickstart;

/// <summary>A network small enough to be pretrained within seconds: four convolutions, each halving the sides, and a head.</summary>
internal sealed class ShapeNetwork : Module<Tensor, Tensor>
{
    private readonly Sequential _features = Sequential(
        ("stage1", Stage(3, 24)),
        ("stage2", Stage(24, 48)),
        ("stage3", Stage(48, 96)),
        ("stage4", Stage(96, 192)),
        ("pool", AdaptiveAvgPool2d(1)),
        ("flatten", Flatten()));

    private readonly Linear _head = Linear(192, 6);

    private ShapeNetwork() : base(nameof(ShapeNetwork))
    {
        register_module("features", _features);
        register_module("head", _head);
    }

    /// <summary>The network with its metadata; weights drawn at random.</summary>
    public static PretrainedBackbone Untrained => Pretrained.From(() => new ShapeNetwork(), new BackboneInfo
    {
        Name = "shape_network",
        Stages = [.. Enumerable.Range(1, 4).Select(number => new Stage($"stage{number}", $"features.stage{number}")), new Stage("head", "head")],
        Head = "head",
        FeatureSize = 192,
        Preprocessing = new Preprocessing { ResizeTo = 72, CropTo = 64 },
    }).WithRandomWeights();

    public override Tensor forward(Tensor images) => _head.forward(_features.forward(images));

    private static Sequential Stage(long inputs, long outputs) =>
        Sequential(Conv2d(inputs, outputs, 3, stride: 2, padding: 1, bias: false), new BatchNormalization(outputs), ReLU());
}
