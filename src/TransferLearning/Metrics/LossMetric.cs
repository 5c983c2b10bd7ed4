namespace TransferLearning.Metrics;

internal sealed class LossMetric() : Metric("loss", MetricDirection.LowerIsBetter)
{
    public override IMetricTally NewTally() => new MeanLoss();
}
