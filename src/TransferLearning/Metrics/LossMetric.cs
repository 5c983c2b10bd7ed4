namespace TransferLearning.Metrics;

internal sealed class LossMetric() : Metric("loss", MetricDirection.LowerIsBetter)
{
    public override IMetricTally NewTally() => new MeanLoss();
}

/// <summary>The mean loss over samples; NaN before the first.</summary>
internal sealed class MeanLoss : IMetricTally
{
    private double _sum;
    private long _samples;

    public double Value => _samples == 0 ? double.NaN : _sum / _samples;

    /// <summary>Adds a batch's mean loss, weighted by its samples: the last batch of a pass may be short.</summary>
    public void Add(double loss, int samples)
    {
        _sum += loss * samples;
        _samples += samples;
    }

    public void Add(BatchOutcome outcome) => Add(outcome.Loss, outcome.Count);
}
