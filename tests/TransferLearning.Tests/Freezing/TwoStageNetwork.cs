using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Freezing;

/// <summary>Two convolutions with batch norms, dropout and a linear head: all that freezing has to deal with.</summary>
internal static class TwoStageNetwork
{
    public static BackboneInfo Info { get; } = new()
    {
        Name = "small",
        Stages = [new Stage("stem", "conv1", "bn1"), new Stage("body", "conv2", "bn2"), new Stage("head", "fc")],
        Head = "fc",
        FeatureSize = 6,
    };

    public static string[] ParameterNames { get; } =
        ["conv1.weight", "bn1.weight", "bn1.bias", "conv2.weight", "bn2.weight", "bn2.bias", "fc.weight", "fc.bias"];

    public static Backbone Build()
    {
        Sequential network = nn.Sequential(
            ("conv1", nn.Conv2d(3, 4, 3, padding: 1, bias: false)),
            ("bn1", nn.BatchNorm2d(4)),
            ("relu1", nn.ReLU()),
            ("conv2", nn.Conv2d(4, 6, 3, padding: 1, bias: false)),
            ("bn2", nn.BatchNorm2d(6)),
            ("relu2", nn.ReLU()),
            ("pool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("dropout", nn.Dropout(0.5)),
            ("fc", nn.Linear(6, 2)));
        FilledWeights.Fill(network);
        return new Backbone(network, Info);
    }
}
