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
    private double _absolute;
    private double _squared;
    private double _mean;
    private double _variation; // the sum of squared distances from the mean, by Welford's method

    public long Count { get; private set; }

    public double MeanAbsolute => _absolute / Count;

    public double RootMeanSquared => Math.Sqrt(_squared / Count);

    public double R2
    {
        get
        {
            if (Count < 2)
                return double.NaN;
            if (_variation == 0)
                return _squared == 0 ? 1 : 0;
            return 1 - _squared / _variation;
        }
    }

    public void Add(double output, double label)
    {
        double error = output - label, distance = label - _mean;
        Count++;
        _absolute += Math.Abs(error);
        _squared += error * error;
        _mean += distance / Count;
        _variation += distance * (label - _mean);
    }
}
