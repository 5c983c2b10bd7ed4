using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>A copy of a network's weights in memory; owns its tensors.</summary>
internal sealed class BestWeights : IDisposable
{
    private static readonly Scalar _minusOne = -1;

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

    /// <summary>Restores start + factor (this copy - start); of integers and of what is the same in both, this copy. Both copies must be of the network.
    /// </summary>
    /// <param name="start">The copy at factor 0.</param>
    /// <param name="factor">From 0 to 1, where the result is exactly one of the copies.</param>
    /// <param name="network">The network.</param>
    public void RestoreFrom(BestWeights start, double factor, nn.Module network)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        using Scalar weight = factor;
        foreach ((string name, Tensor current) in network.state_dict())
        {
            (Tensor from, Tensor to) = (start._copies[name], _copies[name]);
            bool isBetween = factor < 1 && current.is_floating_point()
                && (current is Parameter || !to.eq(from).all().item<bool>()); // a buffer may be a mask with infinite values, of which a difference is NaN
            current.copy_(isBetween ? from.add(to.add(from, _minusOne), weight) : to);
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
