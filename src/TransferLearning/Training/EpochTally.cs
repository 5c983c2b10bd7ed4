using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace TransferLearning.Training;

/// <summary>The loss and the metrics of one pass over a set of pictures.</summary>
internal sealed class EpochTally
{
    private readonly MeanLoss _loss = new();
    private readonly (string Name, IMetricTally Tally)[] _tallies;

    public EpochTally(IEnumerable<Metric> metrics) =>
        _tallies = [.. metrics.Where(metric => metric.Name != Metric.Loss.Name).Select(metric => (metric.Name, metric.NewTally()))];

    public void Add(double loss, Tensor output, Tensor targets, int count)
    {
        _loss.Add(loss, count);
        foreach ((_, IMetricTally tally) in _tallies)
            tally.Add(output, targets);
    }

    public IReadOnlyDictionary<string, double> Values()
    {
        var values = new Dictionary<string, double> { [Metric.Loss.Name] = _loss.Value };
        foreach ((string name, IMetricTally tally) in _tallies)
            values.Add(name, tally.Value);
        return values;
    }
}
