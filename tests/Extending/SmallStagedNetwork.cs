using TorchSharp.Modules;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace Extending;

/// <summary>A network in stages: frozen ones are computed once, and all of it can compute in bfloat16.</summary>
public sealed class SmallStagedNetwork : StagedNetwork
{
    internal readonly Convolution2d convolution = new(3, 16, kernel: 3, stride: 2);
    internal readonly BatchNormalization norm;
    internal readonly Linear head = nn.Linear(16, 3);

    public SmallStagedNetwork()
        : base(nameof(SmallStagedNetwork))
    {
        norm = new BatchNormalization(after: convolution);
        RegisterComponents();
    }

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        images => norm.call(convolution.call(images)).relu().to(ScalarType.Float32).mean([2, 3]), // stage "stem": images to features
        head.call,                                                                                // stage "head": features to logits
    ];
}
