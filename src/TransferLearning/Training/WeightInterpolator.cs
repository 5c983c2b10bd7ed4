using TorchSharp.Modules;
using TransferLearning.Metrics;
using TransferLearning.Models;

namespace TransferLearning.Training;

/// <summary>Keeps the weights at which the backbone is first unfrozen, and at the end tries weights between them and the best ones. Owns its copy.</summary>
internal sealed class WeightInterpolator(TrainingRun run, TrainingState state) : IDisposable
{
    private readonly BestWeights _start = new();
    private int? _unfrozenIn;

    /// <summary>Copies the start, if this epoch is the first that trains the backbone.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="trainable">What it trains.</param>
    /// <param name="useEvaluationWeights">Puts the weights into the network that are validated and kept, until the result is disposed.</param>
    public void EpochStarting(int epoch, IReadOnlyList<(string Name, Parameter Parameter)> trainable, Func<IDisposable?> useEvaluationWeights)
    {
        if (run.Options.Interpolation is null || _unfrozenIn is not null || trainable.All(entry => run.Backbone.Info.IsHead(entry.Name)))
            return;
        _unfrozenIn = epoch;
        using IDisposable? weights = useEvaluationWeights();
        _start.Capture(run.Backbone.Network);
    }

    /// <summary>Leaves the network with the best weights between; does nothing if the best epoch is one before the backbone was unfrozen.</summary>
    /// <param name="validate">Measures the network.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the network has the weights of the best epoch.</exception>
    public void Interpolate(Func<MetricValues> validate)
    {
        if (run.Options.Interpolation is not { } options || run.Outcome == TrainingOutcome.Cancelled || !(state.History.Best!.Epoch >= _unfrozenIn))
            return;
        try
        {
            InterpolationPoint[] curve = [.. options.Factors.Select(factor => Measure(factor, validate)).OfType<InterpolationPoint>()];
            if (curve.Length == 0)
                return;
            InterpolationPoint chosen = curve.OrderBy(point => Math.Abs(point.Factor - 0.5))
                .Aggregate((best, next) => state.History.Monitored.IsBetter(ValueAt(next), ValueAt(best)) ? next : best);
            run.Interpolated(new WeightInterpolation { Factor = chosen.Factor, Curve = curve });
        }
        finally
        {
            state.BestWeights.RestoreFrom(_start, run.Interpolation?.Factor ?? 1, run.Backbone.Network);
        }
    }

    public void Dispose() => _start.Dispose();

    private InterpolationPoint? Measure(double factor, Func<MetricValues> validate)
    {
        state.BestWeights.RestoreFrom(_start, factor, run.Backbone.Network);
        try
        {
            return new InterpolationPoint(factor, validate());
        }
        catch (TrainingDivergedException)
        {
            return null;
        }
    }

    private double ValueAt(InterpolationPoint point) => point.Validation[state.History.Monitored];
}
