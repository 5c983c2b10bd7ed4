namespace TransferLearning.Metrics;

/// <summary>A built-in metric.</summary>
internal sealed class TalliedMetric(
    string name, MetricDirection direction, LabelKind? labels, Func<IMetricTally> create, Func<int, string?>? findProblem = null) : Metric(name, direction)
{
    public override LabelKind? Labels => labels;

    public override IMetricTally CreateTally() => create();

    public override IEnumerable<string> FindProblems(int outputs) => findProblem?.Invoke(outputs) is { } problem ? [problem] : [];
}

/// <summary>The mean over samples of what each batch adds up.</summary>
internal sealed class MeanTally(Func<BatchOutcome, double> sum) : IMetricTally
{
    private double _sum;
    private long _samples;

    public double Value => _sum / _samples;

    public void Add(BatchOutcome outcome)
    {
        _sum += sum(outcome);
        _samples += outcome.Count;
    }
}
