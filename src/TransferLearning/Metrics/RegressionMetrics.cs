namespace TransferLearning.Metrics;

/// <summary>Metrics of numbers, in the units of the targets; over several values, the mean of those of each.</summary>
internal static class RegressionMetrics
{
    public sealed class MeanAbsoluteError() : Metric("mae", MetricDirection.LowerIsBetter)
    {
        public override IMetricTally NewTally() => new ErrorTally(errors => errors.Absolute / errors.Count);
    }

    public sealed class RootMeanSquaredError() : Metric("rmse", MetricDirection.LowerIsBetter)
    {
        public override IMetricTally NewTally() => new ErrorTally(errors => Math.Sqrt(errors.Squared / errors.Count));
    }

    public sealed class R2() : Metric("r2", MetricDirection.HigherIsBetter)
    {
        public override IMetricTally NewTally() => new ErrorTally(errors => errors.R2);
    }

    private sealed class ErrorTally(Func<Errors, double> value) : IMetricTally
    {
        private readonly List<Errors> _columns = [];

        public double Value => _columns.Where(errors => errors.Count > 0).Select(value).DefaultIfEmpty(double.NaN).Average();

        public void Add(BatchOutcome outcome)
        {
            ValueOutcomes batch = outcome.Values;
            while (_columns.Count < batch.Columns)
                _columns.Add(new Errors());
            for (int row = 0; row < batch.Count; row++)
            {
                for (int column = 0; column < batch.Columns; column++)
                    _columns[column].Add(batch.Outputs(row)[column], batch.Labels(row)[column]);
            }
        }
    }

    /// <summary>Sums over the samples of one value.</summary>
    private sealed class Errors
    {
        private double _mean;
        private double _variation; // the sum of squared distances from the mean, by Welford's method

        public long Count { get; private set; }

        public double Absolute { get; private set; }

        public double Squared { get; private set; }

        public double R2
        {
            get
            {
                if (Count < 2)
                    return double.NaN;
                if (_variation == 0)
                    return Squared == 0 ? 1 : 0;
                return 1 - Squared / _variation;
            }
        }

        public void Add(double output, double label)
        {
            double error = output - label, distance = label - _mean;
            Count++;
            Absolute += Math.Abs(error);
            Squared += error * error;
            _mean += distance / Count;
            _variation += distance * (label - _mean);
        }
    }
}
