using TransferLearning.Batching;
using TransferLearning.Heads;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Optimization;

namespace TransferLearning.Training;

/// <summary>The state of a running fit, except for the network. Owns the optimizer and the best weights. Not thread-safe.</summary>
internal sealed class TrainingState(TrainerOptions options) : IDisposable
{
    private (TrainingPosition Position, double Rate, double? Momentum)? _schedule;

    /// <summary>The position of the next step.</summary>
    public TrainingPosition Position { get; private set; } = new()
    {
        Epoch = options.HeadStart.Solver is null ? 1 : 0,
        Epochs = options.Epochs,
        Step = 1,
        StepsPerEpoch = 1,
    };

    /// <summary>The completed epochs.</summary>
    public TrainingHistory History { get; } = new(options.Best);

    /// <summary>The metrics of the current or last pass.</summary>
    public MetricTallies Tally { get; private set; } = new(options.Metrics);

    /// <summary>The optimizer and its state.</summary>
    public Optimizer Optimizer { get; } = options.Optimizer.Create();

    /// <summary>The number of torch threads for the whole network; null until it is known.</summary>
    public int? TorchThreads { get; set; } = options.TorchThreads;

    /// <summary>The sums that the solved head was computed from, if they are to be kept.</summary>
    public HeadStatistics? HeadStatistics { get; set; }

    /// <summary>The weights of the best epoch.</summary>
    public BestWeights BestWeights { get; } = new();

    /// <summary>The pretrained weights that training is held near to; null if it is not.</summary>
    public StartingPoint? StartingPoint { get; } = options.StartingPoint is { } decay
        ? new StartingPoint(decay, headIsSolved: options.HeadStart.Solver is not null)
        : null;

    /// <summary>Begins a pass over a set of images.</summary>
    public void BeginPass(int stepsPerEpoch)
    {
        Position = Position with { Step = 1, StepsPerEpoch = stepsPerEpoch };
        Tally = new MetricTallies(options.Metrics);
    }

    /// <summary>The base learning rate and the momentum of a step, as the schedule sets them; it is asked once per step.</summary>
    public (double LearningRate, double? Momentum) GetSchedule(TrainingPosition position)
    {
        if (_schedule?.Position != position)
        {
            var context = new ScheduleContext { Position = position, Validation = History.Validation };
            _schedule = (position, options.Optimizer.LearningRate * options.Schedule.GetFactor(context), options.Schedule.GetMomentum(context));
        }
        return (_schedule.Value.Rate, _schedule.Value.Momentum);
    }

    /// <summary>Goes on to the next step.</summary>
    public void Advance() => Position = Position with { Step = Position.Step + 1 };

    /// <summary>Ends an epoch.</summary>
    /// <param name="epoch">Its results.</param>
    /// <param name="stepsPerEpoch">The number of training batches of an epoch.</param>
    public void Add(EpochRecord epoch, int stepsPerEpoch)
    {
        History.Add(epoch);
        Position = Position with { Epoch = epoch.Epoch + 1, Step = 1, StepsPerEpoch = stepsPerEpoch };
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        BestWeights.Dispose();
        StartingPoint?.Dispose();
    }
}
