namespace TransferLearning.Metrics;

internal sealed class TopKTally(int k) : IMetricTally
{
    private long _right;
    private long _total;

    public double Value => _total == 0 ? double.NaN : (double)_right / _total;

    public void Add(BatchOutcome outcome)
    {
        LogitsBatch batch = LogitsBatch.Read(outcome.Output, outcome.Labels);
        if (k > batch.Classes)
            throw new ArgumentException($"Top-{k} needs at least {k} classes; the output has {batch.Classes}.", nameof(outcome));

        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.RankOfTarget(row) < k)
                _right++;
        }
        _total += batch.Count;
    }
}
