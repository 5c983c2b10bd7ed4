using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>A linear warm-up of whole epochs before another schedule, which sees the fit as if it began behind them.</summary>
internal sealed record WarmUpSchedule(int Epochs, ILearningRateSchedule Then) : ILearningRateSchedule
{
    public double GetFactor(ScheduleContext context)
    {
        double factor = Then.GetFactor(Behind(context));
        return context.Position.Epoch <= Epochs ? factor * Rise(context.Position, Epochs) : factor;
    }

    public double? GetMomentum(ScheduleContext context) => Then.GetMomentum(Behind(context));

    public IEnumerable<string> FindProblems(int epochs, IReadOnlyList<string> metrics) =>
        [.. FindProblems(Epochs, epochs), .. Then.FindProblems(Math.Max(1, epochs - Epochs), metrics)];

    /// <summary>Whether a warm-up leaves nothing of a fit.</summary>
    public static IEnumerable<string> FindProblems(double warmUpEpochs, int epochs)
    {
        if (warmUpEpochs > 0 && warmUpEpochs >= epochs)
        {
            yield return FormattableString.Invariant(
                $"The warm-up takes {warmUpEpochs} epochs and the run has {epochs}; the warm-up must be shorter than the run.");
        }
    }

    /// <summary>One step is added on both sides, so that the first step does not have a learning rate of 0 and the schedule behind starts at 1.</summary>
    public static double Rise(TrainingPosition at, double epochs)
    {
        double step = 1.0 / at.StepsPerEpoch;
        return (at.EpochsDone + step) / (epochs + step);
    }

    private ScheduleContext Behind(ScheduleContext context)
    {
        TrainingPosition at = context.Position;
        if (FindProblems(Epochs, at.Epochs).FirstOrDefault() is { } problem)
            throw new ArgumentException(problem);
        bool before = at.Epoch <= Epochs;
        return context with
        {
            Position = at with { Epoch = before ? 1 : at.Epoch - Epochs, Epochs = at.Epochs - Epochs, Step = before ? 1 : at.Step },
            Validation = [.. context.Validation.Skip(Epochs)],
        };
    }
}
