using static TorchSharp.torch;

namespace TransferLearning.Networks.Graph;

/// <summary>A parameter or buffer that a node computes with. The network keeps owning it, so it can be read as long as the network is not disposed.</summary>
public sealed class GraphTensor
{
    private readonly Func<Tensor> _source;

    internal GraphTensor(string key, string name, Tensor stored, Func<Tensor>? source = null)
    {
        Key = key;
        Name = name;
        Shape = stored.shape;
        _source = source ?? (() => stored);
    }

    /// <summary>The name within the layer: "weight", "running_mean", "qkv.bias".</summary>
    public string Key { get; }

    /// <summary>The name in the network's state dict: "layer1.0.conv1.weight".</summary>
    public string Name { get; }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values that the layer computes with now: of a weight, those behind its parametrization.</summary>
    /// <returns>A tensor without gradient, on the network's device; the caller disposes it and does not write to it.</returns>
    public Tensor Read()
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        return _source().detach().MoveToOuterDisposeScope();
    }
}
