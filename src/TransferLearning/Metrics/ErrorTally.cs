namespace TransferLearning.Metrics;

/// <summary>A measure of the errors of numbers, in the units of the targets; over several numbers, the mean of those of each.</summary>
internal sealed class ErrorTally(Func<ValueErrors, double> measure) : IMetricTally
{
    private readonly List<ValueErrors> _columns = [];

    public double Value => _columns.Where(errors => errors.Count > 0).Select(measure).DefaultIfEmpty(double.NaN).Average();

    public void Add(BatchOutcome outcome)
    {
        ValueOutcomes batch = outcome.Values;
        while (_columns.Count < batch.Columns)
            _columns.Add(new ValueErrors());
        for (int row = 0; row < batch.Count; row++)
        {
            for (int column = 0; column < batch.Columns; column++)
                _columns[column].Add(batch.GetOutputs(row)[column], batch.GetLabels(row)[column]);
        }
    }
}

/// <summary>Sums over the samples of one number.</summary>
internal sealed class ValueErrors
{
    private Variation _labels;
    private Variation _errors;
    private double _absolute;
    private double _squared;

    public long Count => _labels.Count;

    public double MeanAbsolute => _absolute / Count;

    public double RootMeanSquared => Math.Sqrt(_squared / Count);

    public double R2 => Explained(_squared);

    /// <summary>As <see cref="R2"/>, but for an error that all predictions share.</summary>
    public double ExplainedVariance => Explained(_errors.SquaredDistances);

    public void Add(double output, double label)
    {
        double error = output - label;
        _absolute += Math.Abs(error);
        _squared += error * error;
        _labels.Add(label);
        _errors.Add(error);
    }

    private double Explained(double unexplained)
    {
        if (Count < 2)
            return double.NaN;
        if (_labels.SquaredDistances == 0)
            return unexplained == 0 ? 1 : 0;
        return 1 - unexplained / _labels.SquaredDistances;
    }

    /// <summary>The sum of squared distances from the mean, by Welford's method.</summary>
    private struct Variation
    {
        private double _mean;

        public long Count { get; private set; }

        public double SquaredDistances { get; private set; }

        public void Add(double value)
        {
            double distance = value - _mean;
            Count++;
            _mean += distance / Count;
            SquaredDistances += distance * (value - _mean);
        }
    }
}

/// <summary>The median of |prediction - truth|; over several numbers, the mean of those of each. Keeps every error.</summary>
internal sealed class MedianErrorTally : IMetricTally
{
    private readonly List<List<double>> _columns = [];

    public double Value => _columns.Select(Median.Of).DefaultIfEmpty(double.NaN).Average();

    public void Add(BatchOutcome outcome)
    {
        ValueOutcomes batch = outcome.Values;
        while (_columns.Count < batch.Columns)
            _columns.Add([]);
        for (int row = 0; row < batch.Count; row++)
        {
            for (int column = 0; column < batch.Columns; column++)
                _columns[column].Add(Math.Abs((double)batch.GetOutputs(row)[column] - batch.GetLabels(row)[column]));
        }
    }
}
