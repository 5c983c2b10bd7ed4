using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Published;
using TransferLearning.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Tests.Support;

/// <summary>A network with all that training must care for (convolutions, batch norm, dropout, a head), yet quick: images of 16 x 16.</summary>
internal sealed class SmallNetwork : Module<Tensor, Tensor>
{
    public const int Side = 16;

    internal readonly Sequential features; // not private, so that its name can be its key
    internal readonly Dropout dropout;
    internal readonly Linear classifier;

    public SmallNetwork()
        : base("small_network")
    {
        features = Sequential(
            ("0", Conv2d(3, 8, 3, stride: 2, padding: 1, bias: false)),
            ("1", BatchNorm2d(8)),
            ("2", ReLU()),
            ("3", Conv2d(8, 16, 3, stride: 2, padding: 1, bias: false)),
            ("4", BatchNorm2d(16)),
            ("5", ReLU()),
            ("6", AdaptiveAvgPool2d(1)),
            ("7", Flatten()));
        dropout = Dropout(0.2);
        classifier = Linear(16, 4);
        RegisterComponents();
    }

    public static BackboneInfo Info { get; } = new()
    {
        Name = "small_network",
        Stages = [new Stage("stem", "features.0", "features.1"), new Stage("body", "features.3", "features.4"), new Stage("head", "classifier")],
        Head = "classifier",
        FeatureSize = 16,
        Preprocessing = new Preprocessing { ResizeTo = Side, CropTo = Side },
    };

    public static PretrainedBackbone Pretrained() => TransferLearning.Pretrained.From(() => new SmallNetwork(), Info).WithRandomWeights();

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return classifier.forward(dropout.forward(features.forward(images))).MoveToOuterDisposeScope();
    }
}
