namespace TransferLearning.Training.Observers;

/// <summary>Stops a fit when its monitored metric has not improved for a number of epochs (Prechelt, 1998).</summary>
internal sealed class EarlyStopping(int patience) : ITrainingObserver
{
    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (run.History.EpochsSinceBest >= patience)
            run.RequestStop($"{run.History.Monitored.Name} has not improved for {patience} epochs");
    }
}
