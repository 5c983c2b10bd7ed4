using System.Globalization;
using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>Cosine annealing (I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, one period) after a linear warm-up (P. Goyal et al., 2017).</summary>
internal sealed record CosineSchedule(double WarmUpEpochs, double Final) : ILearningRateSchedule
{
    public double GetFactor(ScheduleContext context)
    {
        TrainingPosition at = context.Position;
        if (WarmUpEpochs > 0 && WarmUpEpochs >= at.Epochs)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The warm-up takes {WarmUpEpochs} epochs and the run has {at.Epochs}; the warm-up must be shorter than the run."));
        }
        return at.EpochsDone < WarmUpEpochs ? WarmUpSchedule.Rise(at, WarmUpEpochs) : Fall(at);
    }

    private double Fall(TrainingPosition at)
    {
        double done = (at.EpochsDone - WarmUpEpochs) / (at.Epochs - WarmUpEpochs);
        return Final + (1 - Final) / 2 * (1 + Math.Cos(Math.PI * done));
    }
}
