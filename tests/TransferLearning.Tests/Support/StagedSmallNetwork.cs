using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Support;

/// <summary>A quick network of a stem, a body and a head that can be entered half way and computes in any format; images of 16 x 16.</summary>
internal sealed class StagedSmallNetwork : StagedNetwork
{
    internal readonly Convolution2d conv1, conv2; // not private, so that their names can be their keys
    internal readonly BatchNormalization bn1, bn2;
    internal readonly Linear classifier;

    public StagedSmallNetwork(int features = 16)
        : base("staged_small_network")
    {
        conv1 = new Convolution2d(3, 8, kernel: 3, stride: 2);
        bn1 = new BatchNormalization(conv1);
        conv2 = new Convolution2d(8, features, kernel: 3, stride: 2);
        bn2 = new BatchNormalization(conv2);
        classifier = nn.Linear(features, 4);
        RegisterComponents();
    }

    public static BackboneInfo Info { get; } = SmallNetwork.Info with
    {
        Name = "staged_small_network",
        Stages = [new Stage("stem", "conv1", "bn1"), new Stage("body", "conv2", "bn2"), new Stage("head", "classifier")],
    };

    /// <summary>The network with weights that are always the same, for each <paramref name="variant"/>.</summary>
    public static PretrainedBackbone Pretrained(int variant = 0, int features = 16) =>
        TransferLearning.Pretrained.From(() => Filled(variant, features), Info with { FeatureSize = features });

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => Rectified(bn1.call(conv1.call(images))),
        maps => Rectified(bn2.call(conv2.call(maps))).to(ScalarType.Float32).mean([2, 3]),
        classifier.call,
    ];

    private static StagedSmallNetwork Filled(int variant, int features)
    {
        var network = new StagedSmallNetwork(features);
        FilledWeights.Fill(network);
        using IDisposable noGradient = no_grad();
        using Tensor change = FilledWeights.For($"variant {variant}", 8);
        network.bn1.bias!.copy_(change);
        return network;
    }

    private static Tensor Rectified(Tensor maps) => nn.functional.relu(maps);
}
