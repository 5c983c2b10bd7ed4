using TransferLearning.Published;
using TransferLearning.Training;

namespace TransferLearning;

/// <summary>How far a fit is, for the one who watches it. Reported after every step and after every epoch, while weights are downloaded before the first, and while images are looked at ahead of one.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Epochs">The number of epochs that the fit may take.</param>
/// <param name="Step">The steps done in this epoch.</param>
/// <param name="StepsPerEpoch">The steps of an epoch.</param>
/// <param name="Loss">The mean training loss of this epoch so far.</param>
/// <param name="Completed">The epoch's record, where this report ends an epoch; else null.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int StepsPerEpoch, double Loss, EpochRecord? Completed)
{
    /// <summary>The images that the frozen part of the network has looked at ahead for this epoch so far; above 0 only in reports before its first step, where the loss is NaN.</summary>
    public int ImagesPrepared { get; init; }

    /// <summary>How far the download of the weights is; only in reports before the first epoch, where the loss is NaN, and only where weights have to be fetched.</summary>
    public DownloadProgress? Download { get; init; }
}
