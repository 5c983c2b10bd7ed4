using TransferLearning.Networks;

namespace TransferLearning.Training;

/// <summary>A fit as its observers see it.</summary>
public sealed class TrainingRun
{
    private readonly List<EpochRecord> _history = [];

    internal TrainingRun(TrainerOptions options, Backbone backbone)
    {
        Options = options;
        Backbone = backbone;
        Precision = backbone.Precision;
    }

    /// <summary>The settings of the fit.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The network under training; borrowed.</summary>
    public Backbone Backbone { get; }

    /// <summary>The number format that the network's activations are computed in; never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; }

    /// <summary>The epochs so far, first to last.</summary>
    public IReadOnlyList<EpochRecord> History => _history;

    /// <summary>Why no further epoch follows; null while none has asked to stop.</summary>
    public string? StopReason { get; private set; }

    /// <summary>How the run ended; <see cref="TrainingOutcome.Completed"/> until something else is known.</summary>
    public TrainingOutcome Outcome { get; private set; }

    /// <summary>Asks that this epoch be the last. The first reason given stands.</summary>
    /// <param name="reason">Why, for people to read.</param>
    public void RequestStop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (StopReason is null)
            (StopReason, Outcome) = (reason, TrainingOutcome.StoppedEarly);
    }

    internal void Cancel() => (StopReason, Outcome) = ("cancelled", TrainingOutcome.Cancelled);

    internal void Add(EpochRecord epoch) => _history.Add(epoch);
}
