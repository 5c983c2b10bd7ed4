using TransferLearning.Batching;
using TransferLearning.Models;
using TransferLearning.Networks;

namespace TransferLearning.Training;

/// <summary>A fit as its observers see it.</summary>
public sealed class TrainingRun
{
    private readonly TrainingState _state;
    private readonly Func<EpochRecord?, TrainingRun, ModelMetadata> _describe;
    private bool _hasBestWeights;

    internal TrainingRun(TrainerOptions options, Backbone backbone, TrainingState state, Func<EpochRecord?, TrainingRun, ModelMetadata> describe)
    {
        (_state, _describe) = (state, describe);
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

    /// <summary>The epochs so far, first to last, and which of them is the best.</summary>
    public TrainingHistory History => _state.History;

    /// <summary>Where the next step is.</summary>
    public TrainingPosition Position => _state.Position;

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

    /// <summary>Writes a model file of the network as it is, whole or not at all; <c>Predictor.Load</c> reads it.</summary>
    /// <remarks>The file's metrics are those of the last epoch that has ended; once the fit has, those of the best.</remarks>
    /// <param name="path">Where; an earlier file of that name is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveModel(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.Write(path, Backbone.Network, _describe(_hasBestWeights ? History.Best : History.LastOrDefault(), this));
    }

    internal double LearningRate => _state.LearningRateAt(Position);

    internal void RestoreBestWeights()
    {
        _state.BestWeights.Restore(Backbone.Network);
        _hasBestWeights = true;
    }

    internal void Cancel() => (StopReason, Outcome) = ("cancelled", TrainingOutcome.Cancelled);
}
