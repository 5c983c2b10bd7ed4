using TorchSharp.Modules;
using TransferLearning.Native;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// The head that a network is built with: a linear layer or, over maps that are pooled behind it, a convolution with a kernel of 1. Replaced
/// by new weights in the old layer.
/// </summary>
internal sealed class LinearHead : IBackboneHead
{
    private readonly IWeightedLayer _weights;     // [outputs, features], or [outputs, features, 1, 1] over maps

    /// <exception cref="ArgumentException">The network has no such layer of that name, or it takes another number of features.</exception>
    public LinearHead(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        nn.Module? layer = network.named_modules().FirstOrDefault(entry => entry.name == info.Head).module;
        Layer = layer as nn.Module<Tensor, Tensor> ?? network;
        _weights = WeightsOf(layer) ?? throw new ArgumentException(
            $"The head '{info.Head}' of {info.Name} is not a linear layer of the network. Its linear layers: " +
            $"{string.Join(", ", network.named_modules().Where(entry => WeightsOf(entry.module)?.Weight.dim() == 2).Select(entry => entry.name))}.");
        if (_weights.Weight.shape[1] != info.FeatureSize)
        {
            throw new ArgumentException(
                $"The head '{info.Head}' of {info.Name} takes {_weights.Weight.shape[1]} features; the metadata says {info.FeatureSize}.");
        }
    }

    public nn.Module<Tensor, Tensor> Layer { get; }

    public int OutputCount => checked((int)_weights.Weight.shape[0]);

    public bool TakesMaps => _weights.Weight.dim() == 4;

    public (Parameter Weight, Parameter Bias)? Linear => !TakesMaps && _weights.Bias is { } bias ? (_weights.Weight, bias) : null;

    public void Replace(int outputCount, RandomStream random)
    {
        long[] shape = _weights.Weight.shape;
        double bound = 1 / Math.Sqrt(shape[1]);
        (ScalarType format, Device device) = (_weights.Weight.dtype, _weights.Weight.device);
        Put(Uniform([outputCount, .. shape[1..]]), _weights.Bias is null ? null : Uniform([outputCount]));

        Parameter Uniform(long[] shape)
        {
            var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)random.Uniform(-bound, bound);
            return new Parameter(NativeTensor.Of(values, shape, format, device));
        }
    }

    // Of a network that is computed in one piece. A hook before the head would miss networks that call its forward method themselves.
    public void BecomeIdentity()
    {
        Parameter weight = _weights.Weight;
        long features = weight.shape[1];
        using Tensor identity = eye(features, dtype: weight.dtype, device: weight.device);
        Put(
            new Parameter(identity.reshape([features, .. weight.shape[1..]])),
            _weights.Bias is null ? null : new Parameter(zeros([features], weight.dtype, weight.device)));
    }

    public int? OutputCountIn(Func<string, long[]?> shapeOf)
    {
        long[]? weight = shapeOf("weight");
        if (weight is not ([> 0 and <= int.MaxValue, _] or [> 0 and <= int.MaxValue, _, 1, 1]))
            return null;

        bool biasFits = shapeOf("bias") is not { } bias || bias.AsSpan().SequenceEqual([weight[0]]);
        return biasFits && weight.AsSpan(1).SequenceEqual(_weights.Weight.shape.AsSpan(1)) ? (int)weight[0] : null;
    }

    // What the old weights went through was of their size.
    private void Put(Parameter weight, Parameter? bias)
    {
        _weights.Parametrization = null;
        _weights.Weight = weight;
        if (bias is not null)
            _weights.Bias = bias;
    }

    private static IWeightedLayer? WeightsOf(nn.Module? layer) => layer switch
    {
        Linear linear => new TorchSharpLinear(linear),
        IWeightedLayer { Weight.shape: [_, _] or [_, _, 1, 1] } weighted and nn.Module<Tensor, Tensor>
            when weighted.Describe() is { Name: "Linear" or "Convolution" } operation && operation.Attributes.GetValueOrDefault("groups", 1L) is 1L => weighted,
        _ => null,
    };

    /// <summary>TorchSharp's own linear layer, as networks of the caller's have it.</summary>
    private sealed class TorchSharpLinear(Linear layer) : IWeightedLayer
    {
        public Parameter Weight
        {
            get => layer.weight;
            set => (layer.weight, layer.out_features) = (value, value.shape[0]);
        }

        public Parameter? Bias { get => layer.bias; set => layer.bias = value; }

        public nn.Module<Tensor, Tensor>? Parametrization { get => null; set => _ = value; }

        public GraphOperation Describe() => GraphLayers.Describe(layer);
    }
}

/// <summary>The head of a backbone, of any layers.</summary>
internal interface IBackboneHead
{
    /// <summary>From features to logits, [N, outputs].</summary>
    nn.Module<Tensor, Tensor> Layer { get; }

    /// <summary>The number of logits.</summary>
    int OutputCount { get; }

    /// <summary>Whether the stage of the head takes maps, [N, features, H, W], in place of one vector an image.</summary>
    bool TakesMaps { get; }

    /// <summary>Weights [outputs, features] and bias of a head that is linear in one vector an image; null for another.</summary>
    (Parameter Weight, Parameter Bias)? Linear { get; }

    /// <summary>Gives the head another number of outputs and fresh weights.</summary>
    void Replace(int outputCount, RandomStream random);

    /// <summary>Makes the head give what it takes, for good.</summary>
    void BecomeIdentity();

    /// <summary>The number of outputs of weights that are for such a head; null where they are not.</summary>
    /// <param name="shapeOf">The shape of a tensor by its name within the head; null where the weights lack it.</param>
    int? OutputCountIn(Func<string, long[]?> shapeOf);
}
