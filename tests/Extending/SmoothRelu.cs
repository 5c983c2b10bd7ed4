using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace Extending;

/// <summary>An activation that says what it computes.</summary>
/// <remarks>D. Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", BMVC 2020.</remarks>
public sealed class SmoothRelu() : nn.Module<Tensor, Tensor>(nameof(SmoothRelu)), IGraphLayer
{
    public override Tensor forward(Tensor input) => nn.functional.mish(input);

    public GraphOperation Describe() => new("SmoothRelu");
}
