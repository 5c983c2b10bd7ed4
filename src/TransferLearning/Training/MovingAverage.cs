using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Batching;
using TransferLearning.Internal;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The exponential moving average of the weights, with a warm-up: after update t, counted from 0, average = d average + (1 - d) weights, with
/// d = min(decay, (1 + t) / (10 + t)). The average of a parameter begins with its weights after its own first update, so what is frozen from the start takes
/// neither time nor memory. Running statistics are averaged like weights; of integers, the last are used.</summary>
/// <remarks>B. T. Polyak and A. B. Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; D. Morales-Brotons et al., "Exponential Moving
/// Average of Weights in Deep Learning: Dynamics and Benefits", TMLR 2024. The average of a parameter that is frozen again goes on toward it.</remarks>
public sealed class MovingAverage : IEvaluationWeights
{
    private static readonly Scalar _minusOne = -1;

    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _average = [];
    private long _updates;

    /// <summary>Creates an average for one fit.</summary>
    /// <param name="decay">The decay that the warm-up approaches; at least 0 and below 1. 0.99 averages over the last 100 updates or so.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is out of its range.</exception>
    public MovingAverage(double decay) => _decay = Require.BelowOne(decay);

    /// <inheritdoc/>
    public void StepEnded(Backbone backbone, TrainingPosition position)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        using Scalar added = 1 - Math.Min(_decay, (1.0 + _updates) / (10.0 + _updates));
        foreach ((string name, Tensor weight) in Averaged(backbone))
        {
            bool isParameter = weight is Parameter;
            if (_average.TryGetValue(name, out Tensor? average))
            {
                if (isParameter || !weight.eq(average).all().item<bool>()) // a buffer may be a mask with infinite values, of which a difference is NaN
                    average.add_(weight.add(average, _minusOne), added); // leaves an average that equals the weight as it is, bit for bit
            }
            else if (!isParameter || weight.requires_grad)
            {
                _average[name] = weight.detach().clone().DetachFromDisposeScope();
            }
        }
        _updates++;
    }

    /// <inheritdoc/>
    public IDisposable Use(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        Exchange(backbone);
        return new Restore(() => Exchange(backbone));
    }

    /// <summary>Frees the average.</summary>
    public void Dispose()
    {
        foreach (Tensor average in _average.Values)
            average.Dispose();
        _average.Clear();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Averaged(Backbone backbone) =>
        backbone.Network.state_dict().Where(entry => entry.Value.is_floating_point());

    private void Exchange(Backbone backbone)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in Averaged(backbone).Where(entry => _average.ContainsKey(entry.Key)))
        {
            Tensor before = weight.detach().clone();
            weight.copy_(_average[name]);
            _average[name].copy_(before);
        }
    }

    private sealed class Restore(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
