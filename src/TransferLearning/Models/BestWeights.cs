using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>A copy of a network's weights in memory; owns its tensors.</summary>
internal sealed class BestWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies = [];

    /// <summary>Copies every parameter and buffer, over the copy before.</summary>
    public void Capture(nn.Module network)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor current) in network.state_dict())
        {
            if (_copies.TryGetValue(name, out Tensor? copy))
                copy.copy_(current);
            else
                _copies.Add(name, current.clone().DetachFromDisposeScope());
        }
    }

    /// <summary>Restores the copy; does nothing if there is none.</summary>
    public void Restore(nn.Module network)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor current) in network.state_dict())
        {
            if (_copies.TryGetValue(name, out Tensor? copy))
                current.copy_(copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor copy in _copies.Values)
            copy.Dispose();
        _copies.Clear();
    }
}
