namespace TransferLearning.Metrics;

/// <summary>Metrics of samples that are of any number of classes: a logit for each class, and labels of 0 or 1.</summary>
internal static class MultiLabelMetrics
{
    /// <summary>The logit of a probability.</summary>
    public static float Logit(double probability) => (float)Math.Log(probability / (1 - probability));

    public sealed class MacroF1(double threshold) : Metric("macro-f1", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new MacroF1Tally(Logit(threshold));
    }

    public sealed class ExactMatch(double threshold) : Metric("exact-match", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new ExactMatchTally(Logit(threshold));
    }

    public sealed class MeanAveragePrecision() : Metric("mean-average-precision", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new AveragePrecisionTally();
    }

    private sealed class MacroF1Tally(float threshold) : IMetricTally
    {
        private long[] _right = [];
        private long[] _claimedOrTrue = []; // of each class, the samples claimed to be of it and those that are

        public double Value => Enumerable.Range(0, _right.Length).Where(index => _claimedOrTrue[index] > 0)
            .Select(index => 2.0 * _right[index] / _claimedOrTrue[index]).DefaultIfEmpty(double.NaN).Average();

        public void Add(BatchOutcome outcome)
        {
            ValueOutcomes batch = outcome.Values;
            Array.Resize(ref _right, batch.Columns);
            Array.Resize(ref _claimedOrTrue, batch.Columns);
            for (int row = 0; row < batch.Count; row++)
            {
                for (int column = 0; column < batch.Columns; column++)
                {
                    bool claimed = batch.Outputs(row)[column] >= threshold, isTrue = batch.Labels(row)[column] > 0.5f;
                    _right[column] += claimed && isTrue ? 1 : 0;
                    _claimedOrTrue[column] += (claimed ? 1 : 0) + (isTrue ? 1 : 0);
                }
            }
        }
    }

    private sealed class ExactMatchTally(float threshold) : IMetricTally
    {
        private long _right;
        private long _total;

        public double Value => _total == 0 ? double.NaN : (double)_right / _total;

        public void Add(BatchOutcome outcome)
        {
            ValueOutcomes batch = outcome.Values;
            for (int row = 0; row < batch.Count; row++)
            {
                if (IsExact(batch.Outputs(row), batch.Labels(row)))
                    _right++;
            }
            _total += batch.Count;
        }

        private bool IsExact(ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels)
        {
            for (int column = 0; column < outputs.Length; column++)
            {
                if (outputs[column] >= threshold != labels[column] > 0.5f)
                    return false;
            }
            return true;
        }
    }

    private sealed class AveragePrecisionTally : IMetricTally
    {
        private readonly List<List<(float Score, bool IsTrue)>> _classes = [];

        public double Value => _classes.Where(scores => scores.Exists(score => score.IsTrue)).Select(AveragePrecision).DefaultIfEmpty(double.NaN).Average();

        public void Add(BatchOutcome outcome)
        {
            ValueOutcomes batch = outcome.Values;
            while (_classes.Count < batch.Columns)
                _classes.Add([]);
            for (int row = 0; row < batch.Count; row++)
            {
                for (int column = 0; column < batch.Columns; column++)
                    _classes[column].Add((batch.Outputs(row)[column], batch.Labels(row)[column] > 0.5f));
            }
        }

        // The sum of precision times the gain in recall, over the distinct scores from the highest down.
        private static double AveragePrecision(List<(float Score, bool IsTrue)> scores)
        {
            double sum = 0;
            int claimed = 0, right = 0;
            foreach (IGrouping<float, bool> tied in scores.GroupBy(score => score.Score, score => score.IsTrue).OrderByDescending(group => group.Key))
            {
                int gained = tied.Count(isTrue => isTrue);
                claimed += tied.Count();
                right += gained;
                sum += (double)right / claimed * gained;
            }
            return sum / right;
        }
    }
}
