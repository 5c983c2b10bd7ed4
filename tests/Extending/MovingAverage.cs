using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Networks;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace Extending;

/// <summary>The exponential moving average of all weights: average = decay * average + (1 - decay) * weights, after each step.</summary>
public sealed class MovingAverage(double decay) : IEvaluationWeights
{
    private readonly Scalar _kept = decay;
    private readonly Scalar _added = 1 - decay;
    private readonly Dictionary<string, Tensor> _average = [];

    public void StepEnded(Backbone backbone, TrainingPosition position)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor weight) in backbone.Network.state_dict().Where(entry => entry.Value.is_floating_point()))
        {
            if (_average.TryGetValue(name, out Tensor? average))
                average.mul_(_kept).add_(weight, _added);
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
