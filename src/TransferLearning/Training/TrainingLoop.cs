using System.Diagnostics;
using TorchSharp.Modules;
using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Optimization;
using TransferLearning.Training.Observers;
using TransferLearning.Training.SolvedHeads;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The training loop: each epoch is a training pass and a validation pass. It does not depend on the task, the loss or the metrics.</summary>
internal sealed class TrainingLoop(
    TrainingRun run, TrainingState state, BatchSources sources, ITrainingStep trainingStep, ITrainingStep validationStep,
    IEvaluationWeights? evaluationWeights, WeightInterpolator interpolator, FitLimit limit, TrainingObservers observers)
{
    private readonly TrainerOptions _options = run.Options;
    private readonly Backbone _backbone = run.Backbone;
    private readonly Freezer _freezer = new(run.Backbone, run.Options.Freeze, run.Options.BatchNorm);
    private long _updates;
    private bool _isCut;

    /// <summary>Runs epochs until all are complete or an observer requests a stop; then the network has the best weights.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete; later, the run ends normally.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite in the first epoch; later, the run ends normally.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            observers.FitStarting(run);
            if (_options.HeadStart.Solver is { } solver)
            {
                SolveHead(solver, cancellationToken);
                if (limit.OfTime() is { } reason)
                    run.RequestStop(reason);
            }
            while (state.Position.Epoch <= _options.Epochs && (run.StopReason is null || state.History.Count == 0))
                RunEpoch(state.Position.Epoch, cancellationToken);
            if (state.Position.Epoch > _options.Epochs && !_isCut)
                run.End(TrainingOutcome.Completed, reason: null); // whatever was requested in the last epoch
        }
        catch (OperationCanceledException) when (state.History.Count > 0 && cancellationToken.IsCancellationRequested)
        {
            run.End(TrainingOutcome.Cancelled, "cancelled");
        }
        catch (TrainingDivergedException divergence) when (state.History.Count > 0)
        {
            run.End(TrainingOutcome.Diverged, divergence.Message);
        }
        run.RestoreBestWeights();
        Interpolate(cancellationToken);
        observers.FitEnded(run);
    }

    private void Interpolate(CancellationToken cancellationToken)
    {
        try
        {
            int frozenStages = FrozenStages(Math.Max(1, state.History[^1].Epoch));
            interpolator.Interpolate(() =>
            {
                using EpochSources validation = sources.OpenValidation(frozenStages);
                return Validate(validation.Validation, (_, _) => true, cancellationToken);
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            run.End(TrainingOutcome.Cancelled, "cancelled");
        }
    }

    // Epoch 0: the evaluation weights have seen no step yet, so what is validated is the head itself.
    private void SolveHead(IHeadSolver solver, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _freezer.EnterEvaluation();
        using HeadSources headSources = sources.OpenForHead(images => observers.ImagesPrepared(images, run), cancellationToken);
        HeadSolution solution = new HeadFit(_options, _backbone, headSources).Apply(solver, cancellationToken);
        state.HeadStatistics = solution.Statistics;
        End(new EpochRecord
        {
            Epoch = 0,
            Training = RunPass(headSources.Training, validationStep, (_, _) => true, cancellationToken),
            Validation = RunPass(headSources.Validation, validationStep, EndValidationStep, cancellationToken),
            Head = solution.Choice,
            LearningRate = 0,
            TrainableWeights = _backbone.HeadLayer.parameters().Sum(parameter => parameter.numel()),
            Waited = TimeSpan.Zero,
            TorchThreads = TorchThreads.Count,
            Duration = Stopwatch.GetElapsedTime(start),
        }, headSources.Training.BatchesPerEpoch);
    }

    private void RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<(string Name, Parameter Parameter)> trainable = _freezer.Apply(epoch);
        state.Optimizer.SetGroups(ParameterGrouping.Group(_backbone.Info, trainable, _options.Grouping));
        interpolator.EpochStarting(epoch, trainable, () => _updates > 0 ? evaluationWeights?.Use(_backbone) : null); // as what is kept of later epochs

        _freezer.EnterEvaluation();
        using EpochSources epochSources = sources.Open(epoch, FrozenStages(epoch), images => observers.ImagesPrepared(images, run), cancellationToken);
        TimeSpan waited = epochSources.Training.Waited;

        _freezer.EnterTraining(epoch);
        MetricValues training;
        using (_backbone.Hold(WeightsHeld.Frozen))
            training = RunPass(epochSources.Training, trainingStep, EndStep, cancellationToken);
        TrainingPosition last = state.Position with { Step = Math.Max(1, state.Position.Step - 1) };
        double learningRate = state.GetSchedule(last).LearningRate;
        using (NewDisposeScope())
            trainingStep.EpochEnded(last);
        NoteUpdate(last);
        waited = epochSources.Training.Waited - waited;
        state.Optimizer.ZeroGradients(); // frees memory for validation

        using IDisposable? weights = evaluationWeights?.Use(_backbone);
        MetricValues validation = Validate(epochSources.Validation, EndValidationStep, cancellationToken);

        End(new EpochRecord
        {
            Epoch = epoch,
            Training = training,
            Validation = validation,
            LearningRate = learningRate,
            TrainableWeights = trainable.Sum(entry => entry.Parameter.numel()),
            Waited = waited,
            TorchThreads = TorchThreads.Count,
            Duration = Stopwatch.GetElapsedTime(start),
        }, last.StepsPerEpoch);
    }

    private int FrozenStages(int epoch) => _backbone.CanBeEnteredHalfWay ? _freezer.FrozenStages(epoch) : 0;

    private MetricValues Validate(IBatchSource source, Func<Batch, BatchOutcome, bool> ended, CancellationToken cancellationToken)
    {
        _freezer.EnterEvaluation();
        using (_backbone.Hold(WeightsHeld.All))
            return RunPass(source, validationStep, ended, cancellationToken);
    }

    // A pass ends with its last batch, or with the first after which it is told to.
    private MetricValues RunPass(
        IBatchSource source, ITrainingStep step, Func<Batch, BatchOutcome, bool> ended, CancellationToken cancellationToken)
    {
        state.BeginPass(source.BatchesPerEpoch);
        foreach (Batch batch in source.GetBatches(state.Position.Epoch, cancellationToken))
        {
            using (batch)
            using (NewDisposeScope()) // disposes every tensor of this step
            {
                cancellationToken.ThrowIfCancellationRequested();
                BatchOutcome outcome = step.Run(batch, state.Position) ?? throw new InvalidOperationException($"The step {step.GetType().Name} returned null.");
                state.Tally.Add(outcome);
                bool goesOn = ended(batch, outcome);
                state.Advance();
                if (!goesOn)
                    break;
            }
        }
        return state.Tally.Values();
    }

    private bool EndStep(Batch batch, BatchOutcome outcome)
    {
        NoteUpdate(state.Position);
        observers.StepEnded(outcome, run);
        if (limit.AfterStep() is not { } reason)
            return true;
        run.RequestStop(reason);
        _isCut = state.Position.Step < state.Position.StepsPerEpoch;
        return false;
    }

    private bool EndValidationStep(Batch batch, BatchOutcome outcome)
    {
        observers.ValidationBatchEnded(batch, outcome, run);
        return true;
    }

    // A step that accumulates gradients does not update the parameters each time.
    private void NoteUpdate(TrainingPosition position)
    {
        if (state.Optimizer.StepCount == _updates)
            return;
        _updates = state.Optimizer.StepCount;
        evaluationWeights?.StepEnded(_backbone, position);
    }

    // The best weights are captured first: an observer may throw or stop the run.
    private void End(EpochRecord epoch, int stepsPerEpoch)
    {
        state.Add(epoch, stepsPerEpoch);
        if (state.History.Best == epoch)
            state.BestWeights.Capture(_backbone.Network);
        observers.SamplesSkipped(sources.CollectSkipped(), run);
        observers.EpochEnded(epoch, run);
    }
}
