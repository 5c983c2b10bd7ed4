using TransferLearning.Batching;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Optimization;

namespace TransferLearning.Training;

/// <summary>Everything of a fit that changes while it runs, beside the network itself. Owns the optimizer and the best weights.</summary>
internal sealed class TrainingState(TrainerOptions options) : IDisposable
{
    /// <summary>Where the next step is.</summary>
    public TrainingPosition Position { get; private set; } = new() { Epoch = 1, Epochs = options.Epochs, Step = 1, StepsPerEpoch = 1 };

    /// <summary>The epochs so far.</summary>
    public TrainingHistory History { get; } = new(options.Best);

    /// <summary>The metrics of the pass that is running, or ran last.</summary>
    public MetricTallies Tally { get; private set; } = new(options.Metrics);

    /// <summary>The optimizer with what it keeps from step to step.</summary>
    public Optimizer Optimizer { get; } = options.Optimizer.Create();

    /// <summary>The number of threads that torch computes with in work with the whole network; null until it is known.</summary>
    public int? TorchThreads { get; set; } = options.TorchThreads;

    /// <summary>The weights of the best epoch.</summary>
    public BestWeights BestWeights { get; } = new();

    /// <summary>Begins a pass over a set of images.</summary>
    public void BeginPass(int stepsPerEpoch)
    {
        Position = Position with { Step = 1, StepsPerEpoch = stepsPerEpoch };
        Tally = new MetricTallies(options.Metrics);
    }

    /// <summary>The base learning rate of a step, the schedule's factor already in it.</summary>
    public double LearningRateAt(TrainingPosition position) =>
        options.Optimizer.LearningRate * options.Schedule.Factor(new ScheduleContext { Position = position, Validation = History.Validation });

    /// <summary>Goes on to the next step.</summary>
    public void Advance() => Position = Position with { Step = Position.Step + 1 };

    /// <summary>Ends an epoch.</summary>
    public void Add(EpochRecord epoch)
    {
        History.Add(epoch);
        Position = Position with { Epoch = epoch.Epoch + 1, Step = 1 };
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        BestWeights.Dispose();
    }
}
