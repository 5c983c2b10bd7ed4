namespace TransferLearning.Metrics;

/// <summary>The loss and the metrics of one pass over a set of images.</summary>
internal sealed class MetricTallies(IEnumerable<Metric> metrics)
{
    private readonly (string Name, IMetricTally Tally)[] _tallies =
        [.. metrics.Prepend(Metric.Loss).DistinctBy(metric => metric.Name).Select(metric => (metric.Name, metric.CreateTally()))];

    /// <summary>A sentence for each name that several metrics have, of which only the first would be measured.</summary>
    public static IEnumerable<string> FindRepeated(IEnumerable<Metric> metrics) => metrics.GroupBy(metric => metric.Name)
        .Where(same => same.Count() > 1).Select(same => $"The metric '{same.Key}' is given {same.Count()} times; give it once.");

    public void Add(BatchOutcome outcome)
    {
        foreach ((_, IMetricTally tally) in _tallies)
            tally.Add(outcome);
    }

    public MetricValues Values() => new(_tallies.Select(entry => KeyValuePair.Create(entry.Name, entry.Tally.Value)));
}
