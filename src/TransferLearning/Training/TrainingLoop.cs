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
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The training loop: each epoch is a training pass and a validation pass. It does not depend on the task, the loss or the metrics.</summary>
internal sealed class TrainingLoop(
    TrainingRun run, TrainingState state, BatchSources sources, ITrainingStep trainingStep, ITrainingStep validationStep,
    IEvaluationWeights? evaluationWeights, TrainingObservers observers)
{
    private readonly TrainerOptions _options = run.Options;
    private readonly Backbone _backbone = run.Backbone;
    private readonly Freezer _freezer = new(run.Backbone, run.Options.Freeze, run.Options.BatchNorm);

    /// <summary>Runs epochs until all are complete or an observer requests a stop; then the network has the best weights.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete; later, the run ends normally.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite in the first epoch; later, the run ends normally.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            observers.FitStarting(run);
            if (_options.HeadSolver is { } solver)
                SolveHead(solver, cancellationToken);
            while (state.Position.Epoch <= _options.Epochs && (run.StopReason is null || state.History.Count == 0))
                RunEpoch(state.Position.Epoch, cancellationToken);
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
        observers.FitEnded(run);
    }

    // Epoch 0: the evaluation weights have seen no step yet, so what is validated is the head itself.
    private void SolveHead(IHeadSolver solver, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _freezer.EnterEvaluation();
        using HeadSources headSources = sources.OpenForHead(images => observers.ImagesPrepared(images, run), cancellationToken);
        HeadSolution solution = new HeadFit(_options, _backbone, headSources).Solve(solver, cancellationToken);
        state.HeadStatistics = solution.Statistics;
        _backbone.SetHead(solution.Weights, solution.Bias);
        End(new EpochRecord
        {
            Epoch = 0,
            Training = RunPass(headSources.Training, validationStep, (_, _) => { }, cancellationToken),
            Validation = RunPass(headSources.Validation, validationStep, EndValidationStep, cancellationToken),
            Head = solution.Choice,
            LearningRate = 0,
            TrainableWeights = _backbone.HeadLayer.parameters().Sum(parameter => parameter.numel()),
            Waited = TimeSpan.Zero,
            TorchThreads = TorchThreads.Count,
            Duration = Stopwatch.GetElapsedTime(start),
        });
    }

    private void RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<(string Name, Parameter Parameter)> trainable = _freezer.Apply(epoch);
        state.Optimizer.SetGroups(ParameterGrouping.Group(_backbone.Info, trainable, _options.Grouping));

        _freezer.EnterEvaluation();
        int frozenStages = _backbone.CanBeEnteredHalfWay ? _freezer.FrozenStages(epoch) : 0;
        using EpochSources epochSources = sources.Open(epoch, frozenStages, images => observers.ImagesPrepared(images, run), cancellationToken);
        TimeSpan waited = epochSources.Training.Waited;

        _freezer.EnterTraining(epoch);
        MetricValues training;
        using (_backbone.Hold(WeightsHeld.Frozen))
            training = RunPass(epochSources.Training, trainingStep, EndStep, cancellationToken);
        double learningRate = state.GetLearningRate(state.Position with { Step = Math.Max(1, state.Position.Step - 1) });
        waited = epochSources.Training.Waited - waited;
        state.Optimizer.ZeroGradients(); // frees memory for validation

        _freezer.EnterEvaluation();
        using IDisposable? weights = evaluationWeights?.Use(_backbone);
        MetricValues validation;
        using (_backbone.Hold(WeightsHeld.All))
            validation = RunPass(epochSources.Validation, validationStep, EndValidationStep, cancellationToken);

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
        });
    }

    private MetricValues RunPass(
        IBatchSource source, ITrainingStep step, Action<Batch, BatchOutcome> ended, CancellationToken cancellationToken)
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
                ended(batch, outcome);
                state.Advance();
            }
        }
        return state.Tally.Values();
    }

    private void EndStep(Batch batch, BatchOutcome outcome)
    {
        evaluationWeights?.StepEnded(_backbone, state.Position);
        observers.StepEnded(outcome, run);
    }

    private void EndValidationStep(Batch batch, BatchOutcome outcome) => observers.ValidationBatchEnded(batch, outcome, run);

    // The best weights are captured first: an observer may throw or stop the run.
    private void End(EpochRecord epoch)
    {
        state.Add(epoch);
        if (state.History.Best == epoch)
            state.BestWeights.Capture(_backbone.Network);
        observers.SamplesSkipped(sources.CollectSkipped(), run);
        observers.EpochEnded(epoch, run);
    }
}
