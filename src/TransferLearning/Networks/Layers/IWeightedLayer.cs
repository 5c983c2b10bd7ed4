using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// A layer that computes with a weight which may be derived from its parameter: with a low-rank update or rounded to few levels, say.
/// Its forward pass, the folding of a batch norm into it and its node in a graph all read <see cref="EffectiveWeight"/>.
/// </summary>
public interface IWeightedLayer
{
    /// <summary>The parameter, [outputs, ...].</summary>
    Parameter Weight { get; }

    /// <summary>What the weight goes through before each use, as in PyTorch's torch.nn.utils.parametrize: from [outputs, ...] to the same shape.</summary>
    /// <remarks>
    /// Owned by the layer, which registers it under "parametrization", so that its parameters are trained and saved with the network's. One that
    /// has parameters implements <see cref="IFollowsInputFormat"/>, or the network cannot compute in bfloat16.
    /// </remarks>
    /// <value>Null: the weight is used as it is.</value>
    nn.Module<Tensor, Tensor>? Parametrization { get; set; }

    /// <summary>The weight to compute with: the parameter itself or, with a parametrization, a tensor that belongs to the caller's dispose scope.</summary>
    Tensor EffectiveWeight => Parametrization is { } parametrization ? parametrization.call(Weight) : Weight;

    /// <summary>The multiplications of a layer that uses each weight once for each position of its output, as convolutions and linear layers do.</summary>
    internal long MultiplyAddsFor(IReadOnlyList<long> output) =>
        output.Aggregate(1L, (product, length) => product * length) / Weight.shape[0] * Weight.numel();
}
