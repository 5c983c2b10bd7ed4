using TransferLearning.Metrics;

namespace TransferLearning.Optimization;

/// <summary>Reduction on a plateau, computed from the whole history each time, so that it has no state that fits could share.</summary>
internal sealed record PlateauSchedule(Metric Metric, double Factor, int Patience, double Threshold, int Cooldown, double Minimum) : ILearningRateSchedule
{
    public double GetFactor(ScheduleContext context)
    {
        double factor = 1;
        double? best = null;
        int bad = 0;
        int cooling = 0;
        foreach (double value in context.Validation.Select(ValueIn))
        {
            bool improved = best is null ? !double.IsNaN(value) : Metric.IsBetter(value, Bound(best.Value));
            bad = improved ? 0 : bad + 1;
            if (improved)
                best = value;
            if (cooling > 0)
                (cooling, bad) = (cooling - 1, 0);
            if (bad > Patience)
                (factor, cooling, bad) = (Math.Max(factor * Factor, Minimum), Cooldown, 0);
        }
        return factor;
    }

    public IEnumerable<string> FindProblems(int epochs, IReadOnlyList<string> metrics)
    {
        if (!metrics.Contains(Metric.Name))
            yield return $"The learning rate depends on '{Metric.Name}', which is not measured. Measured: {string.Join(", ", metrics)}.";
    }

    private double Bound(double best) => best * (Metric.Direction == MetricDirection.HigherIsBetter ? 1 + Threshold : 1 - Threshold);

    private double ValueIn(IReadOnlyDictionary<string, double> metrics) => metrics.TryGetValue(Metric.Name, out double value)
        ? value
        : throw new ArgumentException(FindProblems(0, [.. metrics.Keys]).First());
}
