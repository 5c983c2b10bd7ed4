namespace TransferLearning.Training;

/// <summary>Ends a fit whose monitored metric has not improved for a number of epochs (Prechelt, 1998).</summary>
internal sealed class EarlyStopping(Metric monitored, int patience) : ITrainingObserver
{
    private double _best = double.NaN;
    private int _stale;

    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        double value = epoch.Validation[monitored.Name];
        if (double.IsNaN(_best) || monitored.IsBetter(value, _best))
        {
            _best = value;
            _stale = 0;
        }
        else if (++_stale >= patience)
        {
            run.RequestStop($"{monitored.Name} has not improved for {patience} epochs");
        }
    }
}
