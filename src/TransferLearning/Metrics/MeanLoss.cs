namespace TransferLearning.Metrics;

/// <summary>The mean loss over samples.</summary>
public sealed class MeanLoss : IMetricTally
{
    private double _sum;
    private long _samples;

    /// <summary>The mean loss per sample; NaN before the first sample.</summary>
    public double Value => _samples == 0 ? double.NaN : _sum / _samples;

    /// <summary>Adds a batch's mean loss, weighted by its samples: the last batch of a pass may be short.</summary>
    /// <param name="loss">The mean over the batch.</param>
    /// <param name="samples">How many samples it is the mean of; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is negative.</exception>
    public void Add(double loss, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples == 0)
            return;
        _sum += loss * samples;
        _samples += samples;
    }

    /// <inheritdoc/>
    public void Add(BatchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Add(outcome.Loss, outcome.Count);
    }
}
