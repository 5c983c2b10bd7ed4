using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Layers;

/// <summary>
/// A layer that computes with a weight which may be derived from its parameter: with a low-rank update or rounded to few levels, say.
/// Its forward pass, the folding of a batch norm into it and its node in a graph all read <see cref="EffectiveWeight"/>.
/// </summary>
public interface IWeightedLayer : IGraphLayer
{
    /// <summary>The parameter, [outputs, ...]. One that replaces it belongs to the layer, which disposes the one before.</summary>
    Parameter Weight { get; set; }

    /// <summary>What is added to the outputs, [outputs]; null for nothing. Replaced as <see cref="Weight"/> is.</summary>
    Parameter? Bias { get; set; }

    /// <summary>What the weight goes through before each use, as in PyTorch's torch.nn.utils.parametrize: from [outputs, ...] to the same shape.</summary>
    /// <remarks>
    /// Owned by the layer, which registers it under "parametrization", so that its parameters are trained and saved with the network's. One that
    /// has parameters implements <see cref="IFollowsInputFormat"/>, or the network cannot compute in bfloat16.
    /// </remarks>
    /// <value>Null: the weight is used as it is.</value>
    nn.Module<Tensor, Tensor>? Parametrization { get; set; }

    /// <summary>The weight to compute with: the parameter itself or, with a parametrization, a tensor that belongs to the caller's dispose scope.</summary>
    Tensor EffectiveWeight => Parametrization is { } parametrization ? parametrization.call(Weight) : Weight;

    long IGraphLayer.MultiplyAdds(IReadOnlyList<long> output) => MultiplyAddsOf(Weight, output);

    /// <summary>The multiplications of a layer that uses each weight once for each position of its output, as convolutions and linear layers do.</summary>
    internal static long MultiplyAddsOf(Tensor weight, IReadOnlyList<long> output) =>
        output.Aggregate(1L, (product, length) => product * length) / weight.shape[0] * weight.numel();

    /// <summary>Registers a layer's parametrization in the place of the one before; null for none.</summary>
    internal static void Register(nn.Module layer, nn.Module<Tensor, Tensor>? parametrization)
    {
        layer.register_module(nameof(parametrization), null!);
        layer.register_module(nameof(parametrization), parametrization!);
    }

    /// <summary>Disposes a parameter, and takes the one that replaces it out of the caller's dispose scope.</summary>
    [return: NotNullIfNotNull(nameof(after))]
    internal static Parameter? Exchange(Parameter? before, Parameter? after)
    {
        if (!ReferenceEquals(before, after))
            before?.Dispose();
        after?.DetachFromDisposeScope();
        return after;
    }
}
