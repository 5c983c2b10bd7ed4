using static TorchSharp.torch;

namespace TransferLearning.Metrics;

internal sealed class TopKTally(int k) : IMetricTally
{
    private long _right;
    private long _total;

    public double Value => _total == 0 ? double.NaN : (double)_right / _total;

    public void Add(Tensor output, Tensor targets)
    {
        LogitsBatch batch = LogitsBatch.Read(output, targets);
        if (k > batch.Classes)
            throw new ArgumentException($"Top-{k} needs at least {k} classes; the output has {batch.Classes}.", nameof(output));

        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.RankOfTarget(row) < k)
                _right++;
        }
        _total += batch.Count;
    }
}
