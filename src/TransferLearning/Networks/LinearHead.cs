using TorchSharp.Modules;
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
    private readonly Linear? _linear;
    private readonly Convolution2d? _convolution;

    /// <exception cref="ArgumentException">The network has no such layer of that name, or it takes another number of features.</exception>
    public LinearHead(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        nn.Module? layer = network.named_modules().FirstOrDefault(entry => entry.name == info.Head).module;
        _linear = layer as Linear;
        _convolution = layer is Convolution2d { kernel_size: [1, 1], groups: 1 } convolution ? convolution : null;
        if (_linear is null && _convolution is null)
        {
            IEnumerable<string> linear = network.named_modules().Where(entry => entry.module is Linear).Select(entry => entry.name);
            throw new ArgumentException(
                $"The head '{info.Head}' of {info.Name} is not a linear layer of the network. Its linear layers: {string.Join(", ", linear)}.");
        }

        if (Weight.shape[1] != info.FeatureSize)
            throw new ArgumentException($"The head '{info.Head}' of {info.Name} takes {Weight.shape[1]} features; the metadata says {info.FeatureSize}.");
    }

    public nn.Module<Tensor, Tensor> Layer => (nn.Module<Tensor, Tensor>?)_linear ?? _convolution!;

    public int OutputCount => checked((int)Weight.shape[0]);

    public bool TakesMaps => _convolution is not null;

    // [outputs, features], or [outputs, features, 1, 1] over maps.
    private Parameter Weight
    {
        get => _linear?.weight ?? _convolution!.weight;
        set
        {
            if (_linear is not null)
                _linear.weight = value;
            else
                _convolution!.weight = value;
        }
    }

    // [outputs]; null for a head without.
    private Parameter? Bias
    {
        get => _linear is not null ? _linear.bias : _convolution!.bias;
        set
        {
            if (_linear is not null)
                _linear.bias = value;
            else
                _convolution!.bias = value;
        }
    }

    public void Replace(int outputCount, RandomStream random)
    {
        long[] shape = Weight.shape;
        double bound = 1 / Math.Sqrt(shape[1]);
        (ScalarType format, Device device) = (Weight.dtype, Weight.device);
        Weight = Uniform([outputCount, .. shape[1..]], bound, random, format, device);
        if (Bias is not null)
            Bias = Uniform([outputCount], bound, random, format, device);
        if (_linear is not null)
            _linear.out_features = outputCount; // a convolution does not let its counterpart be set, and does not need it
    }

    // Of a network that is computed in one piece. A hook before the head would miss networks that call its forward method themselves.
    public void BecomeIdentity()
    {
        long features = Weight.shape[1];
        using Tensor identity = eye(features, dtype: Weight.dtype, device: Weight.device);
        Weight = new Parameter(identity.reshape([features, .. Weight.shape[1..]]));
        if (Bias is not null)
            Bias = new Parameter(zeros([features], Weight.dtype, Weight.device));
    }

    public int? OutputCountIn(Func<string, long[]?> shapeOf)
    {
        long[]? weight = shapeOf("weight");
        if (weight is not ([> 0 and <= int.MaxValue, _] or [> 0 and <= int.MaxValue, _, 1, 1]))
            return null;

        bool biasFits = shapeOf("bias") is not { } bias || bias.AsSpan().SequenceEqual([weight[0]]);
        return biasFits && weight.AsSpan(1).SequenceEqual(Weight.shape.AsSpan(1)) ? (int)weight[0] : null;
    }

    private static Parameter Uniform(long[] shape, double bound, RandomStream random, ScalarType format, Device device)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(-bound, bound);
        return new Parameter(tensor(values, shape, format, device));
    }
}
