using System.Diagnostics;
using TransferLearning.Batching;
using TransferLearning.Freezing;
using TransferLearning.Metrics;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Optimization;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>
/// The loop: epochs of training steps, each followed by a validation. It knows a network, an objective and metrics, and
/// nothing of what they mean.
/// </summary>
internal sealed class TrainingLoop(
    TrainingRun run,
    FitBatches batches,
    Optimizer optimizer,
    ComputeThreads threads,
    IReadOnlyList<ITrainingObserver> observers)
{
    private readonly TrainerOptions _options = run.Options;
    private readonly Backbone _backbone = run.Backbone;
    private readonly Freezer _freezer = new(run.Backbone, run.Options.Freeze, run.Options.BatchNorm);
    private readonly Device _device = run.Options.Device;

    /// <summary>Runs epochs until all are done or an observer asks to stop.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was done; later, the run only ends.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        Notify(observer => observer.FitStarting(run));
        try
        {
            for (int epoch = 0; epoch < _options.Epochs && run.StopReason is null; epoch++)
            {
                EpochRecord record = RunEpoch(epoch, cancellationToken);
                run.Add(record);
                Notify(observer => observer.EpochEnded(record, run));
            }
        }
        catch (OperationCanceledException) when (run.History.Count > 0 && cancellationToken.IsCancellationRequested)
        {
            run.Cancel();
        }
        Notify(observer => observer.FitEnded(run));
    }

    private EpochRecord RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        int frozenStages = _backbone.CanBeEnteredHalfWay ? _freezer.FrozenStages(epoch) : 0;
        using IDisposable counted = batches.AreFeatures(frozenStages) ? threads.UseForHead() : threads.UseForNetwork();
        long start = Stopwatch.GetTimestamp();
        TimeSpan waited = batches.Waited;
        IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Parameter)> trainable = _freezer.Apply(epoch);
        optimizer.SetGroups(ParameterGrouping.Group(_backbone.Info, trainable, _options.Grouping));

        _freezer.EnterEvaluation();
        Prepare(epoch, frozenStages, cancellationToken);

        _freezer.EnterTraining(epoch);
        var training = new MetricTallies(_options.Metrics);
        double learningRate;
        using (_backbone.Hold(WeightsHeld.Frozen))
            learningRate = Train(epoch, training, cancellationToken);
        optimizer.ZeroGradients(); // validation can use their memory

        _freezer.EnterEvaluation();
        var validation = new MetricTallies(_options.Metrics);
        using (_backbone.Hold(WeightsHeld.All))
            Validate(epoch, frozenStages, validation, cancellationToken);

        return new EpochRecord
        {
            Epoch = epoch + 1,
            Training = training.Values(),
            Validation = validation.Values(),
            LearningRate = learningRate,
            TrainableWeights = trainable.Sum(entry => entry.Parameter.numel()),
            Waited = batches.Waited - waited,
            TorchThreads = TorchThreads.Count,
            Duration = Stopwatch.GetElapsedTime(start),
        };
    }

    private void Prepare(int epoch, int frozenStages, CancellationToken cancellationToken)
    {
        int computed = 0;
        foreach (int images in batches.Prepare(epoch, frozenStages, cancellationToken))
        {
            computed += images;
            Notify(observer => observer.FeaturesComputed(computed, run));
        }
    }

    private double Train(int epoch, MetricTallies tally, CancellationToken cancellationToken)
    {
        double learningRate = 0;
        int step = 0;
        foreach (Batch batch in batches.Training(epoch, cancellationToken))
        {
            using (batch)
            using (NewDisposeScope()) // everything this step allocates dies here
            {
                cancellationToken.ThrowIfCancellationRequested();
                long start = Stopwatch.GetTimestamp();
                var position = new TrainingPosition(epoch, _options.Epochs, step, batches.StepsPerEpoch);
                learningRate = _options.Optimizer.LearningRate * _options.Schedule.Factor(position);
                _backbone.SeedDropout(_options.Seed, epoch, step);

                Tensor targets = batch.Targets.to(_device);
                Tensor output = _backbone.Forward(batch.Images.to(_device), batch.FirstStage);
                Tensor loss = _options.Loss.Compute(new LossContext { Output = output, Targets = targets });
                float value = loss.item<float>();
                if (!float.IsFinite(value))
                    throw TrainingDivergedException.InTraining(value, epoch + 1, step + 1, learningRate); // one NaN would poison every later weight

                optimizer.ZeroGradients();
                loss.backward();
                optimizer.Step(learningRate);
                bool wholeStep = batch.Count == _options.BatchSize && !batches.AreFeatures(batch.FirstStage);
                if (wholeStep && threads.TriedAfter(Stopwatch.GetElapsedTime(start)))
                    _freezer.EnterTraining(epoch);

                tally.Add(_options.Task.GetOutcome(output.detach(), targets, value, batch.Count));
                var record = new StepRecord(position, value, learningRate, batch.Count);
                Notify(observer => observer.StepEnded(record, run));
            }
            step++;
        }
        return learningRate;
    }

    private void Validate(int epoch, int frozenStages, MetricTallies tally, CancellationToken cancellationToken)
    {
        using IDisposable noGradient = no_grad();
        foreach (Batch batch in batches.Validation(epoch, frozenStages, cancellationToken))
        {
            using (batch)
            using (NewDisposeScope())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Tensor targets = batch.Targets.to(_device);
                Tensor output = _backbone.Forward(batch.Images.to(_device), batch.FirstStage);
                Tensor loss = _options.Loss.Compute(new LossContext { Output = output, Targets = targets });
                float value = loss.item<float>();
                if (!float.IsFinite(value))
                    throw TrainingDivergedException.InValidation(value, epoch + 1);

                tally.Add(_options.Task.GetOutcome(output, targets, value, batch.Count));
            }
        }
    }

    private void Notify(Action<ITrainingObserver> tell)
    {
        foreach (ITrainingObserver observer in observers)
            tell(observer);
    }
}
