using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Models;

/// <summary>The sum of the parameters of networks of one kind, in float64; owns its tensors. Immutable.</summary>
internal sealed class WeightSum : IDisposable
{
    private static readonly Scalar _one = 1;

    private readonly Dictionary<string, Tensor> _sums = [];
    private readonly int _count;

    private WeightSum(int count) => _count = count;

    /// <summary>The sum of one.</summary>
    public static WeightSum Of(nn.Module network) => Make(network, count: 1, value => value.clone());

    /// <summary>The sum of these and one more.</summary>
    public WeightSum Plus(nn.Module network) => Make(network, _count + 1, (value, name) => value.add(_sums[name], _one));

    /// <summary>Overwrites a network's parameters with the mean, which of one network is exactly that network's.</summary>
    public void CopyMeanTo(nn.Module network)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        using Scalar count = _count;
        foreach ((string name, Tensor parameter) in network.named_parameters())
            parameter.copy_(_sums[name].div(count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor sum in _sums.Values)
            sum.Dispose();
    }

    private static WeightSum Make(nn.Module network, int count, Func<Tensor, Tensor> sum) => Make(network, count, (value, _) => sum(value));

    private static WeightSum Make(nn.Module network, int count, Func<Tensor, string, Tensor> sum)
    {
        var made = new WeightSum(count);
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        try
        {
            foreach ((string name, Tensor parameter) in network.named_parameters())
                made._sums.Add(name, sum(parameter.detach().to(ScalarType.Float64), name).DetachFromDisposeScope());
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }
}
