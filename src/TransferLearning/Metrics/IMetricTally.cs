namespace TransferLearning.Metrics;

/// <summary>One running count of a metric, over the batches of one pass. Holds numbers only, no tensors.</summary>
public interface IMetricTally
{
    /// <summary>Adds a batch.</summary>
    /// <param name="outcome">Output, labels, loss and count; borrowed.</param>
    /// <exception cref="ArgumentException">A shape, an element type or a value does not fit.</exception>
    void Add(BatchOutcome outcome);

    /// <summary>The metric over everything added so far; NaN before the first sample.</summary>
    double Value { get; }
}

/// <summary>Which way a metric improves.</summary>
public enum MetricDirection
{
    /// <summary>As accuracy does.</summary>
    HigherIsBetter,

    /// <summary>As a loss does.</summary>
    LowerIsBetter,
}
