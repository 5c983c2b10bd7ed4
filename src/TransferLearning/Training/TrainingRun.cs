using TransferLearning.Batching;
using TransferLearning.Heads;
using TransferLearning.Models;
using TransferLearning.Networks;

namespace TransferLearning.Training;

/// <summary>A running fit, as passed to observers. For use on the training thread only.</summary>
public sealed class TrainingRun
{
    private readonly TrainingState _state;
    private readonly Func<EpochRecord?, TrainingRun, ModelMetadata> _describe;
    private EpochRecord? _final;

    internal TrainingRun(TrainerOptions options, Backbone backbone, TrainingState state, Func<EpochRecord?, TrainingRun, ModelMetadata> describe)
    {
        (_state, _describe) = (state, describe);
        Options = options;
        Backbone = backbone;
        Precision = backbone.Precision;
    }

    /// <summary>The settings of the fit.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The network that is trained; borrowed.</summary>
    public Backbone Backbone { get; }

    /// <summary>The dtype of the network's activations; never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; }

    /// <summary>The completed epochs, first to last, and the best of them.</summary>
    public TrainingHistory History => _state.History;

    /// <summary>The position of the current step; between epochs, of the next one.</summary>
    public TrainingPosition Position => _state.Position;

    /// <summary>Why training stops after this epoch; null if no stop was requested, and at the end if all epochs were run all the same.</summary>
    public string? StopReason { get; private set; }

    /// <summary>How the run ended; <see cref="TrainingOutcome.Completed"/> unless it was stopped or cancelled, or diverged.</summary>
    public TrainingOutcome Outcome { get; private set; }

    /// <summary>The full path of this fit's own file of its best model so far; null if there is none.</summary>
    public string? BestModelFile { get; private set; }

    /// <summary>Why the best model so far is not in <see cref="BestModelFile"/>: its file could not be written. Null if it is, or is not to be saved.</summary>
    /// <remarks>Writing is tried again after the next best epoch and at the end of the fit.</remarks>
    public Exception? BestModelFileError { get; private set; }

    /// <summary>What interpolation of weights found at the end of the fit; null if it was not asked for, or not done yet.</summary>
    public WeightInterpolation? Interpolation { get; private set; }

    /// <summary>Requests that training stops after this epoch. The first reason is kept.</summary>
    /// <param name="reason">Why, as text for logs and <see cref="StopReason"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is empty or blank.</exception>
    public void RequestStop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (StopReason is null)
            (StopReason, Outcome) = (reason, TrainingOutcome.StoppedEarly);
    }

    /// <summary>Saves the network with its current weights as a model file, atomically; <c>Predictor.Load</c> loads it.</summary>
    /// <remarks>The file's metrics are those of the last epoch that has ended; once the fit has ended, those of the best.</remarks>
    /// <param name="path">The path of the file; an existing file is replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveModel(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.Write(path, Backbone.Network, _describe(Described, this), Statistics);
    }

    private EpochRecord? Described => _final ?? History.LastOrDefault();

    /// <summary>The sums that the solved head was computed from, if they are to be kept.</summary>
    internal HeadStatistics? Statistics => _state.HeadStatistics;

    internal double LearningRate => _state.GetSchedule(Position).LearningRate;

    internal void RestoreBestWeights()
    {
        _state.BestWeights.Restore(Backbone.Network);
        _final = History.Best;
    }

    /// <summary>The best epoch, with the metrics of the weights that the network has at the end.</summary>
    internal EpochRecord Final => _final!;

    internal void Interpolated(WeightInterpolation interpolation)
    {
        Interpolation = interpolation;
        _final = History.Best! with { Validation = interpolation.Chosen.Validation };
    }

    /// <summary>Saves like <see cref="SaveModel"/>, but under a name that no file has.</summary>
    /// <returns>The file's full path.</returns>
    internal string SaveNewModel(string path) => ModelFile.WriteNew(path, Backbone.Network, _describe(Described, this), Statistics);

    internal void SetBestModelFile(string? path, Exception? error) => (BestModelFile, BestModelFileError) = (path, error);

    internal void End(TrainingOutcome outcome, string? reason) => (Outcome, StopReason) = (outcome, reason);
}

/// <summary>How a fit ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>An observer, such as early stopping, stopped it.</summary>
    StoppedEarly,

    /// <summary>It was cancelled after at least one complete epoch.</summary>
    Cancelled,

    /// <summary>The loss became NaN or infinite after at least one complete epoch; the reason says where.</summary>
    Diverged,
}
