using TransferLearning.Published;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>A progress report of a fit: after every step and epoch, during a download, and while features are computed before an epoch. Immutable.</summary>
/// <param name="Epoch">The epoch's number, from 1; 0 while the head is solved.</param>
/// <param name="Epochs">The maximum number of epochs.</param>
/// <param name="Step">The number of completed steps in this epoch.</param>
/// <param name="StepsPerEpoch">The number of steps per epoch.</param>
/// <param name="Loss">The mean training loss of this epoch so far.</param>
/// <param name="Completed">The results of the epoch if this report ends one; otherwise null.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int StepsPerEpoch, double Loss, EpochRecord? Completed)
{
    /// <summary>The number of images whose features were computed for this epoch so far; above 0 only before its first step, when the loss is NaN.</summary>
    public int ImagesPrepared { get; init; }

    /// <summary>The progress of the download of the weights.</summary>
    /// <value>Null except during a download, before the first epoch; the loss is NaN then.</value>
    public DownloadProgress? Download { get; init; }
}
