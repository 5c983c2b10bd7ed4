using TransferLearning.Data;
using TransferLearning.Networks;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>The result of a fit. Owns the model until <see cref="TakeModel"/> is called; the caller disposes the result.</summary>
/// <remarks>Thread-safe, except for <see cref="TakeModel"/> and <see cref="Dispose"/>.</remarks>
public sealed class TrainingResult : IDisposable
{
    private bool _isTaken;

    internal TrainingResult(Predictor model, EpochRecord best, TrainingRun run, IReadOnlyList<SkippedSample> skipped, TimeSpan duration)
    {
        Model = model;
        Best = best;
        History = run.History;
        Precision = run.Precision;
        Outcome = run.Outcome;
        StopReason = run.StopReason;
        BestModelFile = run.BestModelFile;
        BestModelFileError = run.BestModelFileError;
        Interpolation = run.Interpolation;
        Skipped = skipped;
        LoadReport = run.Backbone.LoadReport;
        Duration = duration;
    }

    /// <summary>The network with the weights of the best epoch, ready to predict and to be saved.</summary>
    public Predictor Model { get; }

    /// <summary>The epoch of the model's weights. If they were interpolated, its validation metrics are those of the interpolated weights.</summary>
    public EpochRecord Best { get; }

    /// <summary>The last epoch. Its numbers are not better than they should be, as those of <see cref="Best"/> are; its weights are not kept.</summary>
    public EpochRecord Last => History[^1];

    /// <summary>Whether the epoch of the model was chosen, among several, by the images that its numbers are of: then they are optimistic, the more so the
    /// fewer images and the more epochs there are. Report those of <see cref="Last"/>, or of images held out for that, as <see
    /// cref="DatasetSplit.Test"/>.</summary>
    public bool IsBestOptimistic => History.Count > 1;

    /// <summary>Every epoch, first to last.</summary>
    public TrainingHistory History { get; }

    /// <summary>The dtype of the network's activations; never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; }

    /// <summary>What interpolation of weights found, see <see cref="TrainerBuilder.InterpolateWeights"/>.</summary>
    /// <value>Null if it was not asked for, the fit was cancelled, or the best epoch is one before the backbone was unfrozen.</value>
    public WeightInterpolation? Interpolation { get; }

    /// <summary>How the fit ended.</summary>
    public TrainingOutcome Outcome { get; }

    /// <summary>Why the fit ended before its last epoch; null if it did not.</summary>
    public string? StopReason { get; }

    /// <summary>The full path of this fit's own file of its best model, see <see cref="TrainerBuilder.KeepBest"/>; null if there is none.</summary>
    public string? BestModelFile { get; }

    /// <summary>Why <see cref="BestModelFile"/> is absent or holds an earlier epoch: the file could not be written. Null if all went well.</summary>
    /// <remarks><see cref="Model"/> is the best model all the same, and can be saved elsewhere.</remarks>
    public Exception? BestModelFileError { get; }

    /// <summary>The images that were skipped because they could not be read.</summary>
    public IReadOnlyList<SkippedSample> Skipped { get; }

    /// <summary>Which tensors of the pretrained weights were loaded, and which were skipped: usually those of the head.</summary>
    /// <value>Null if no weights were loaded, because the network was initialized randomly or built with its weights.</value>
    public LoadReport? LoadReport { get; }

    /// <summary>The duration of the fit, including loading the weights.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Transfers ownership of the model: from now on the caller disposes it, and <see cref="Dispose"/> does not.</summary>
    /// <returns>The <see cref="Model"/>.</returns>
    public Predictor TakeModel()
    {
        _isTaken = true;
        return Model;
    }

    /// <summary>The best epoch's numbers and the last one's.</summary>
    public override string ToString() => IsBestOptimistic
        ? $"best epoch {Best.Epoch} of {History.Trained}, chosen by {History.Monitored} on these images: {Best.Validation}; last epoch: {Last.Validation}"
        : $"one epoch: {Last.Validation}";

    /// <summary>Disposes the model unless <see cref="TakeModel"/> was called.</summary>
    public void Dispose()
    {
        if (!_isTaken)
            Model.Dispose();
    }
}
