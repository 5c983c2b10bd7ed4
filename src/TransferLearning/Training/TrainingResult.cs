using TransferLearning.Data;
using TransferLearning.Networks;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>What came of a fit. Owns the model, unless <see cref="TakeModel"/> hands it over: dispose the result when done with it.</summary>
/// <remarks>Reading it is safe for several threads at once; taking the model and disposing are for one.</remarks>
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
        Skipped = skipped;
        LoadReport = run.Backbone.LoadReport;
        Duration = duration;
    }

    /// <summary>The network with the weights of the best epoch, ready to predict and to be saved.</summary>
    public Predictor Model { get; }

    /// <summary>The epoch that the model's weights are of.</summary>
    public EpochRecord Best { get; }

    /// <summary>Every epoch, first to last.</summary>
    public TrainingHistory History { get; }

    /// <summary>The number format that the network's activations were computed in; never <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; }

    /// <summary>How the fit ended.</summary>
    public TrainingOutcome Outcome { get; }

    /// <summary>Why it ended before its last epoch; null where it did not.</summary>
    public string? StopReason { get; }

    /// <summary>The images that could not be read and were left out.</summary>
    public IReadOnlyList<SkippedSample> Skipped { get; }

    /// <summary>Which tensors of the pretrained weights were loaded, and which were left out: the head of another class count, as a rule.</summary>
    /// <value>Null where the network began with weights that were drawn, or that it was built with.</value>
    public LoadReport? LoadReport { get; }

    /// <summary>How long the fit took, loading the weights included.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Hands the model over: from here on the caller disposes it, and disposing the result leaves it alone.</summary>
    /// <returns>The <see cref="Model"/>.</returns>
    public Predictor TakeModel()
    {
        _isTaken = true;
        return Model;
    }

    /// <summary>Disposes the model, unless it was taken.</summary>
    public void Dispose()
    {
        if (!_isTaken)
            Model.Dispose();
    }
}
