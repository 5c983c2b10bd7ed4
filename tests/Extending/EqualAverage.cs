using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Networks;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace Extending;

/// <summary>Stochastic weight averaging (Izmailov et al., 2018): the mean of the weights after every step from an epoch on.</summary>
public sealed class EqualAverage(int fromEpoch) : IEvaluationWeights
{
    private readonly Dictionary<string, Tensor> _average = [];
    private int _count;

    public void StepEnded(Backbone backbone, TrainingPosition position)
    {
        if (position.Epoch < fromEpoch)
            return;
        using IDisposable noGradient = no_grad();
        using Scalar share = 1.0 / ++_count;
        foreach ((string name, Tensor weight) in backbone.Network.state_dict().Where(entry => entry.Value.is_floating_point()))
        {
            if (_average.TryGetValue(name, out Tensor? average))
                average.add_(weight - average, share);
            else
                _average[name] = weight.clone().DetachFromDisposeScope();
        }
    }

    public IDisposable Use(Backbone backbone)
    {
        Exchange(backbone);
        return new Restore(() => Exchange(backbone));
    }

    public void Dispose() => _average.Values.ToList().ForEach(average => average.Dispose());

    private void Exchange(Backbone backbone)
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in backbone.Network.state_dict().Where(entry => _average.ContainsKey(entry.Key)))
        {
            Tensor before = weight.clone();
            weight.copy_(_average[name]);
            _average[name].copy_(before);
        }
    }

    private sealed class Restore(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
