using System.Globalization;

namespace TransferLearning.Metrics;

/// <summary>Metrics of samples that are of one class each.</summary>
internal static class ClassificationMetrics
{
    public sealed class TopK(string name, int k) : Metric(name, MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new TopKTally(k);
    }

    public sealed class MacroF1() : Metric("macro-f1", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new MacroF1Tally();
    }

    private sealed class TopKTally(int k) : IMetricTally
    {
        private long _right;
        private long _total;

        public double Value => _total == 0 ? double.NaN : (double)_right / _total;

        public void Add(BatchOutcome outcome)
        {
            ClassOutcomes batch = outcome.Classes;
            if (k > batch.ClassCount)
                throw new ArgumentException($"Top-{k} needs at least {k} classes; the output has {batch.ClassCount}.", nameof(outcome));

            for (int row = 0; row < batch.Count; row++)
            {
                if (batch.RankOfTarget(row) < k)
                    _right++;
            }
            _total += batch.Count;
        }
    }

    private sealed class MacroF1Tally : IMetricTally
    {
        // The number of classes is known from the first batch.
        private ConfusionMatrix? _matrix;

        public double Value => _matrix?.MacroF1 ?? double.NaN;

        public void Add(BatchOutcome outcome)
        {
            ClassOutcomes batch = outcome.Classes;
            _matrix ??= new ConfusionMatrix([.. Enumerable.Range(0, batch.ClassCount).Select(index => index.ToString(CultureInfo.InvariantCulture))]);
            _matrix.Add(batch);
        }
    }
}
