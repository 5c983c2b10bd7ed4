using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning;

/// <summary>How well a network does, by one measure: an immutable definition that knows which way is better. Derive to measure something else.</summary>
public abstract partial class Metric
{
    /// <summary>Defines a metric.</summary>
    /// <param name="name">What histories and reports call it; two metrics of one run must differ in it.</param>
    /// <param name="direction">Which way it improves.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="direction"/> is no direction.</exception>
    protected Metric(string name, MetricDirection direction)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Direction = Require.Defined(direction);
    }

    /// <summary>The mean loss; named "loss".</summary>
    public static Metric Loss { get; } = Falling("loss", null, () => new MeanTally(outcome => outcome.Loss * outcome.Count));

    /// <summary>What histories and reports call it.</summary>
    public string Name { get; }

    /// <summary>Which way it improves.</summary>
    public MetricDirection Direction { get; }

    /// <summary>The kind of labels that it reads, compared with <see cref="LearningTask.Labels"/> before a fit.</summary>
    /// <value>Null by default: any.</value>
    public virtual LabelKind? Labels => null;

    /// <summary>Starts counting from nothing.</summary>
    public abstract IMetricTally CreateTally();

    /// <summary>What makes the metric unfit for a network, found before a fit rather than at its first batch.</summary>
    /// <param name="outputs">How many outputs the network has.</param>
    /// <returns>A sentence for each problem; none by default.</returns>
    public virtual IEnumerable<string> FindProblems(int outputs) => [];

    /// <summary>Whether a value improves on the best so far.</summary>
    /// <param name="candidate">The new value; NaN is never better.</param>
    /// <param name="best">The best so far; any number is better than NaN.</param>
    /// <returns>True for a strict improvement in the metric's direction.</returns>
    public bool IsBetter(double candidate, double best)
    {
        if (double.IsNaN(candidate))
            return false;
        if (double.IsNaN(best))
            return true;
        return Direction == MetricDirection.HigherIsBetter ? candidate > best : candidate < best;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Metric Rising(string name, LabelKind labels, Func<IMetricTally> create) =>
        new TalliedMetric(name, MetricDirection.HigherIsBetter, labels, create);

    private static Metric Falling(string name, LabelKind? labels, Func<IMetricTally> create) =>
        new TalliedMetric(name, MetricDirection.LowerIsBetter, labels, create);
}
