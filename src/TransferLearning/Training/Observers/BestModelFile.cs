using TransferLearning.Internal;

namespace TransferLearning.Training.Observers;

/// <summary>Saves the model after each epoch that is the best so far, to a file of the fit's own. What cannot be written is reported and tried again.</summary>
internal sealed class BestModelFile(string directory) : ITrainingObserver
{
    /// <summary>The file's name within the directory, with a number behind it if other fits have used it.</summary>
    public const string FileName = "best.tlmodel";

    private readonly string _directory = Path.GetFullPath(directory);
    private DateTime _written; // tells the fit's file from one that has taken its name

    public void FitStarting(TrainingRun run)
    {
        try
        {
            AtomicFile.TryOut(_directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(PrintableText.Of($"The best model cannot be saved in the folder '{_directory}': {error.Message}"), error);
        }
    }

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (run.History.Best == epoch)
            Save(run);
    }

    public void FitEnded(TrainingRun run)
    {
        if (run.BestModelFileError is not null || run.Interpolation is { Factor: < 1 })
            Save(run);
    }

    private void Save(TrainingRun run)
    {
        try
        {
            string? own = run.BestModelFile;
            if (own is not null && File.GetLastWriteTimeUtc(own) == _written)
                run.SaveModel(own);
            else
                own = run.SaveNewModel(Path.Combine(_directory, FileName));
            _written = File.GetLastWriteTimeUtc(own);
            run.SetBestModelFile(own, error: null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            run.SetBestModelFile(run.BestModelFile, error);
            TrainingLog.Report(
                run.Options.Logger,
                $"The best model, of epoch {run.History.Best!.Epoch}, is in memory alone: it cannot be saved in '{_directory}': {error.Message}");
        }
    }
}
