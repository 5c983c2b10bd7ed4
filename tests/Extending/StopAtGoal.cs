using TransferLearning;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace Extending;

/// <summary>Ends a fit once it is good enough.</summary>
public sealed class StopAtGoal(double accuracy) : ITrainingObserver
{
    public void EpochEnded(EpochRecord epoch, TrainingRun run)
    {
        if (epoch.Validation[Metric.Accuracy] >= accuracy)
            run.RequestStop($"an accuracy of {accuracy} is enough");
    }
}
