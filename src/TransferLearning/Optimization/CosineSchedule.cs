using System.Globalization;
using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>Cosine annealing (I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, one period) after a linear warm-up (P. Goyal et al., 2017).</summary>
internal sealed record CosineSchedule(double WarmUpEpochs, double Final) : ILearningRateSchedule
{
    public double Factor(TrainingPosition at)
    {
        if (WarmUpEpochs > 0 && WarmUpEpochs >= at.Epochs)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A warm-up of {WarmUpEpochs} epochs leaves nothing of a run of {at.Epochs}; it must be shorter than the run."));
        return at.EpochsDone < WarmUpEpochs ? Rise(at) : Fall(at);
    }

    // One step is added on both sides so that the first step is not lost at rate 0 and the fall starts at 1.
    private double Rise(TrainingPosition at)
    {
        double step = 1.0 / at.StepsPerEpoch;
        return (at.EpochsDone + step) / (WarmUpEpochs + step);
    }

    private double Fall(TrainingPosition at)
    {
        double done = (at.EpochsDone - WarmUpEpochs) / (at.Epochs - WarmUpEpochs);
        return Final + (1 - Final) / 2 * (1 + Math.Cos(Math.PI * done));
    }
}
