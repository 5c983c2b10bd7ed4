using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Optimization;
using TransferLearning.Training.SolvedHeads;
using static TorchSharp.torch;

namespace TransferLearning.Training.RateSearch;

/// <summary>Trains a network with a learning rate that rises at every step, until its loss diverges.</summary>
/// <param name="options">The settings of the fit.</param>
/// <param name="search">The settings of the search.</param>
/// <param name="backbone">A fresh network, which is useless afterwards; borrowed.</param>
internal sealed class LearningRateSweep(TrainerOptions options, LearningRateSearchOptions search, Backbone backbone)
{
    private readonly List<LearningRatePoint> _points = [];
    private double _average;
    private double _lowest = double.PositiveInfinity;
    private bool _diverged;

    public LearningRateCurve Run(CancellationToken cancellationToken)
    {
        TrainerOptions rising = options with { Schedule = LearningRate.From(_ => search.RateOf(_points.Count) / options.Optimizer.LearningRate) };
        using var state = new TrainingState(rising);
        var threads = new ComputeThreads(rising, backbone, state);
        using var sources = new BatchSources(rising, backbone, threads, _ => { }, validates: false);
        var context = new StepContext(rising, backbone, state);
        ITrainingStep step = threads.Watch(rising.Step(context));

        var freezer = new Freezer(backbone, rising.Freeze, rising.BatchNorm);
        if (rising.HeadStart.Solver is { } solver)
        {
            freezer.EnterEvaluation();
            using HeadSources head = sources.OpenForHead(_ => { }, cancellationToken);
            new HeadFit(rising, backbone, head).Apply(solver, cancellationToken);
        }
        state.Optimizer.SetGroups(ParameterGrouping.Group(backbone.Info, freezer.Apply(search.Epoch), rising.Grouping));
        int frozenStages = backbone.CanBeEnteredHalfWay ? freezer.FrozenStages(search.Epoch) : 0;
        for (int epoch = 1; IsUnfinished; epoch++)
        {
            freezer.EnterEvaluation();
            using EpochSources opened = sources.Open(epoch, frozenStages, _ => { }, cancellationToken);
            freezer.EnterTraining(search.Epoch);
            using (backbone.Hold(WeightsHeld.Frozen))
                RunEpoch(epoch, opened.Training, step, cancellationToken);
        }
        return new LearningRateCurve(_points, search, _diverged);
    }

    private bool IsUnfinished => !_diverged && _points.Count < search.Steps;

    private void RunEpoch(int epoch, IBatchSource training, ITrainingStep step, CancellationToken cancellationToken)
    {
        var position = new TrainingPosition { Epoch = epoch, Epochs = Math.Max(epoch, options.Epochs), Step = 1, StepsPerEpoch = training.BatchesPerEpoch };
        foreach (Batch batch in training.GetBatches(epoch, cancellationToken))
        {
            using (batch)
            using (NewDisposeScope())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Note(batch, position, step);
            }
            if (!IsUnfinished)
                return;
            position = position with { Step = position.Step + 1 };
        }
        using (NewDisposeScope())
            step.EpochEnded(position with { Step = Math.Max(1, position.Step - 1) });
    }

    private void Note(Batch batch, TrainingPosition position, ITrainingStep step)
    {
        double rate = search.RateOf(_points.Count);
        double loss;
        try
        {
            loss = step.Run(batch, position).Loss;
        }
        catch (TrainingDivergedException)
        {
            _diverged = true;
            return;
        }

        _average = search.Smoothing * _average + (1 - search.Smoothing) * loss;
        double smoothed = _average / (1 - Math.Pow(search.Smoothing, _points.Count + 1)); // an average that began at 0 is too low
        _points.Add(new LearningRatePoint(rate, loss, smoothed));
        _lowest = Math.Min(_lowest, smoothed);
        _diverged = smoothed > search.Divergence * _lowest;
    }
}
