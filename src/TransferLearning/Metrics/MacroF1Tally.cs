using System.Globalization;

namespace TransferLearning.Metrics;

internal sealed class MacroF1Tally : IMetricTally
{
    // The first batch tells how many classes there are.
    private ConfusionMatrix? _matrix;

    public double Value => _matrix?.MacroF1 ?? double.NaN;

    public void Add(BatchOutcome outcome)
    {
        LogitsBatch batch = LogitsBatch.Read(outcome.Output, outcome.Labels);
        _matrix ??= new ConfusionMatrix([.. Enumerable.Range(0, batch.Classes).Select(index => index.ToString(CultureInfo.InvariantCulture))]);
        _matrix.Add(batch);
    }
}
