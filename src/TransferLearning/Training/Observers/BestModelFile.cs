namespace TransferLearning.Training.Observers;

/// <summary>Saves the model after each epoch that is the best so far.</summary>
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
