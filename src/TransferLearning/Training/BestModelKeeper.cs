using TransferLearning.Models;

namespace TransferLearning.Training;

/// <summary>Keeps the weights of the best epoch, in memory and where asked as a file, and puts them back at the end.</summary>
internal sealed class BestModelKeeper(Metric monitored, Func<EpochRecord, TrainingRun, ModelMetadata> describe, string? directory) : ITrainingObserver, IDisposable
{
    /// <summary>The file's name within the checkpoint directory.</summary>
    public const string FileName = "best.tlmodel";

    private readonly BestWeights _weights = new();

    /// <summary>The best epoch so far; null before the first.</summary>
    public EpochRecord? Best { get; private set; }

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        double value = epoch.Validation[monitored.Name];
        if (Best is not null && !monitored.IsBetter(value, Best.Validation[monitored.Name]))
            return;

        _weights.Capture(run.Backbone.Network);
        Best = epoch;
        if (directory is not null)
            ModelFile.Write(Path.Combine(directory, FileName), run.Backbone.Network, describe(epoch, run));
    }

    public void FitEnded(TrainingRun run) => _weights.Restore(run.Backbone.Network);

    public void Dispose() => _weights.Dispose();
}
