namespace TransferLearning.Metrics;

internal sealed class MacroF1Metric() : Metric("macro-f1", MetricDirection.HigherIsBetter)
{
    public override IMetricTally NewTally() => new MacroF1Tally();
}
