using TorchSharp.Modules;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Networks;

/// <summary>A network of one's own: a convolution, a batch norm, a mean, a linear head.</summary>
internal static class TinyNetwork
{
    public static BackboneInfo Info { get; } = new()
    {
        Name = "tiny",
        Stages = [new("stem", "body", "norm"), new("head", "head")],
        Head = "head",
        FeatureSize = 4,
    };

    public static Sequential Build() => Build(outputs: 5);

    public static Sequential Build(int outputs) => nn.Sequential(
        ("body", nn.Conv2d(3, 4, kernel_size: 3)),
        ("norm", nn.BatchNorm2d(4)),
        ("pool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("head", nn.Linear(4, outputs)));

    public static Backbone Open() => new(Build(), Info);
}
