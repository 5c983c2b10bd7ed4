using TorchSharp.Modules;
using TransferLearning.Networks.Layers;
using TransferLearning.Randomness;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>The layer that turns features into logits: a linear one or, over maps that are pooled behind it, a convolution with a kernel of 1.</summary>
internal sealed class BackboneHead
{
    private readonly Linear? _linear;
    private readonly Convolution2d? _convolution;

    /// <exception cref="ArgumentException">The network has no such layer of that name, or it takes another number of features.</exception>
    public BackboneHead(nn.Module<Tensor, Tensor> network, BackboneInfo info)
    {
        nn.Module? layer = network.named_modules().FirstOrDefault(entry => entry.name == info.Head).module;
        _linear = layer as Linear;
        _convolution = layer is Convolution2d { kernel_size: [1, 1], groups: 1 } convolution ? convolution : null;
        if (_linear is null && _convolution is null)
        {
            IEnumerable<string> linear = network.named_modules().Where(entry => entry.module is Linear).Select(entry => entry.name);
            throw new ArgumentException($"The head '{info.Head}' of {info.Name} is not a linear layer of the network. Its linear layers: {string.Join(", ", linear)}.");
        }

        if (Weight.shape[1] != info.FeatureSize)
            throw new ArgumentException($"The head '{info.Head}' of {info.Name} takes {Weight.shape[1]} features; the metadata says {info.FeatureSize}.");
    }

    public nn.Module<Tensor, Tensor> Layer => (nn.Module<Tensor, Tensor>?)_linear ?? _convolution!;

    /// <summary>[classes, features], or [classes, features, 1, 1] over maps.</summary>
    public Parameter Weight
    {
        get => _linear?.weight ?? _convolution!.weight;
        private set
        {
            if (_linear is not null)
                _linear.weight = value;
            else
                _convolution!.weight = value;
        }
    }

    /// <summary>[classes]; null for a head without.</summary>
    public Parameter? Bias
    {
        get => _linear is not null ? _linear.bias : _convolution!.bias;
        private set
        {
            if (_linear is not null)
                _linear.bias = value;
            else
                _convolution!.bias = value;
        }
    }

    public int Classes => checked((int)Weight.shape[0]);

    /// <summary>Whether the features are maps, [N, features, H, W], which the network pools behind its head.</summary>
    public bool TakesMaps => _convolution is not null;

    /// <summary>Gives the layer another class count and fresh weights, as PyTorch initialises them: uniform within 1/sqrt(features).</summary>
    public void Replace(int classes, RandomStream random)
    {
        long[] shape = Weight.shape;
        double bound = 1 / Math.Sqrt(shape[1]);
        (ScalarType format, Device device) = (Weight.dtype, Weight.device);
        Weight = Uniform([classes, .. shape[1..]], bound, random, format, device);
        if (Bias is not null)
            Bias = Uniform([classes], bound, random, format, device);
        if (_linear is not null)
            _linear.out_features = classes; // a convolution does not let its counterpart be set, and does not need it
    }

    /// <summary>Makes the head give what it takes. A hook before it would miss networks that call its forward method themselves.</summary>
    public void BecomeIdentity()
    {
        long features = Weight.shape[1];
        using Tensor identity = eye(features, dtype: Weight.dtype, device: Weight.device);
        Weight = new Parameter(identity.reshape([features, .. Weight.shape[1..]]));
        if (Bias is not null)
            Bias = new Parameter(zeros([features], Weight.dtype, Weight.device));
    }

    private static Parameter Uniform(long[] shape, double bound, RandomStream random, ScalarType format, Device device)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Uniform(-bound, bound);
        return new Parameter(tensor(values, shape, format, device));
    }
}
