using System.Collections;
using TransferLearning.Metrics;

namespace TransferLearning.Training;

/// <summary>The epochs of a fit, first to last, and the best of them; epoch 0 is a solved head. Not thread-safe while the fit runs.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    private readonly List<EpochRecord> _epochs = [];

    internal TrainingHistory(Metric monitored) => Monitored = monitored;

    /// <summary>The validation metric that selects the best epoch.</summary>
    public Metric Monitored { get; }

    /// <summary>The best epoch so far by <see cref="Monitored"/>, the first if several are equal; null before the first epoch is complete.</summary>
    public EpochRecord? Best { get; private set; }

    /// <summary>The number of epochs since <see cref="Best"/>; 0 if its metric is NaN.</summary>
    public int EpochsSinceBest => Best is null || double.IsNaN(ValueOf(Best)) ? 0 : _epochs[^1].Epoch - Best.Epoch;

    /// <summary>The number of the last epoch, which is how many were trained.</summary>
    internal int Trained => _epochs.Count == 0 ? 0 : _epochs[^1].Epoch;

    /// <summary>The validation metrics of each epoch from 1.</summary>
    internal IReadOnlyList<MetricValues> Validation => [.. _epochs.Where(epoch => epoch.Epoch > 0).Select(epoch => epoch.Validation)];

    /// <inheritdoc/>
    public int Count => _epochs.Count;

    /// <inheritdoc/>
    public EpochRecord this[int index] => _epochs[index];

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(EpochRecord epoch)
    {
        _epochs.Add(epoch);
        if (Best is null || Monitored.IsBetter(ValueOf(epoch), ValueOf(Best)))
            Best = epoch;
    }

    private double ValueOf(EpochRecord epoch) => epoch.Validation[Monitored.Name];
}
