using TorchSharp.Modules;
using TransferLearning.Backbones;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Freezing;

/// <summary>Two convolutions with batch norms, dropout and a linear head: all that freezing has to deal with.</summary>
internal sealed class SmallNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = nn.Conv2d(3, 4, 3, padding: 1, bias: false);
    private readonly BatchNorm2d bn1 = nn.BatchNorm2d(4);
    private readonly Conv2d conv2 = nn.Conv2d(4, 6, 3, padding: 1, bias: false);
    private readonly BatchNorm2d bn2 = nn.BatchNorm2d(6);
    private readonly Dropout dropout = nn.Dropout(0.5);
    private readonly Linear fc = nn.Linear(6, 2);

    public SmallNetwork()
        : base("small") => RegisterComponents();

    public static BackboneInfo Facts { get; } = new()
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
        var network = new SmallNetwork();
        FilledWeights.Fill(network);
        return new Backbone(network, Facts);
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor features = bn1.forward(conv1.forward(images)).relu();
        features = bn2.forward(conv2.forward(features)).relu();
        return fc.forward(dropout.forward(features.mean([2, 3]))).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (nn.Module layer in children())
                layer.Dispose();
        }
        base.Dispose(disposing);
    }
}
