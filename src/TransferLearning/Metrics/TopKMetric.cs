namespace TransferLearning.Metrics;

internal sealed class TopKMetric(string name, int k) : Metric(name, MetricDirection.HigherIsBetter)
{
    public override IMetricTally NewTally() => new TopKTally(k);
}
