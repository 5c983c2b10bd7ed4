using TransferLearning.Batching;

namespace TransferLearning.Optimization;

/// <summary>One cycle in two phases, with the step at which the second begins where PyTorch's OneCycleLR has it.</summary>
internal sealed record OneCycleSchedule(double Rise, double StartDivisor, double EndDivisor, double LowMomentum, double HighMomentum)
    : ILearningRateSchedule
{
    public double GetFactor(ScheduleContext context) =>
        Between(context.Position, start: 1 / StartDivisor, top: 1, end: 1 / StartDivisor / EndDivisor);

    public double? GetMomentum(ScheduleContext context) => Between(context.Position, HighMomentum, LowMomentum, HighMomentum);

    private double Between(TrainingPosition at, double start, double top, double end)
    {
        double steps = (double)at.Epochs * at.StepsPerEpoch;
        double step = (at.Epoch - 1.0) * at.StepsPerEpoch + at.Step - 1;
        double turn = Rise * steps - 1;
        return step <= turn ? Cosine(start, top, Fraction(step, turn)) : Cosine(top, end, Fraction(step - turn, steps - 1 - turn));
    }

    // A phase of a single step is at its end.
    private static double Fraction(double done, double length) => length > 0 ? done / length : 1;

    private static double Cosine(double from, double to, double done) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * done));
}
