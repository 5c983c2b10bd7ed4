using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>Cosine annealing (I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, one period) after a linear warm-up (P. Goyal et al., 2017).</summary>
internal sealed record CosineSchedule(double WarmUpEpochs, double Final) : ILearningRateSchedule
{
    public double GetFactor(ScheduleContext context)
    {
        TrainingPosition at = context.Position;
        if (FindProblems(at.Epochs, []).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);
        return at.EpochsDone < WarmUpEpochs ? WarmUpSchedule.Rise(at, WarmUpEpochs) : Fall(at);
    }

    public IEnumerable<string> FindProblems(int epochs, IReadOnlyList<string> metrics) => WarmUpSchedule.FindProblems(WarmUpEpochs, epochs);

    private double Fall(TrainingPosition at)
    {
        double done = (at.EpochsDone - WarmUpEpochs) / (at.Epochs - WarmUpEpochs);
        return Final + (1 - Final) / 2 * (1 + Math.Cos(Math.PI * done));
    }
}
