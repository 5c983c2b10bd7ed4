namespace TransferLearning.Training.Observers;

/// <summary>Writes the model of each epoch that is the best so far as a file.</summary>
internal sealed class BestModelFile(string directory) : ITrainingObserver
{
    /// <summary>The file's name within the directory.</summary>
    public const string FileName = "best.tlmodel";

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (run.History.Best == epoch)
            run.SaveModel(Path.Combine(directory, FileName));
    }
}
