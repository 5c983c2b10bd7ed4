namespace TransferLearning.Metrics;

/// <summary>The loss and the metrics of one pass over a set of images.</summary>
internal sealed class MetricTallies(IEnumerable<Metric> metrics)
{
    private readonly (string Name, IMetricTally Tally)[] _tallies =
        [.. metrics.Prepend(Metric.Loss).DistinctBy(metric => metric.Name).Select(metric => (metric.Name, metric.CreateTally()))];

    public void Add(BatchOutcome outcome)
    {
        foreach ((_, IMetricTally tally) in _tallies)
            tally.Add(outcome);
    }

    public MetricValues Values() => new(_tallies.Select(entry => KeyValuePair.Create(entry.Name, entry.Tally.Value)));
}
