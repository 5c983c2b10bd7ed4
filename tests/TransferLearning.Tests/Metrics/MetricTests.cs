using TransferLearning.Metrics;

namespace TransferLearning.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void BuiltIns_EachHasANameAndADirection()
    {
        Assert.Equal(
            [
                ("accuracy", MetricDirection.HigherIsBetter), ("top-5", MetricDirection.HigherIsBetter),
                ("macro-f1", MetricDirection.HigherIsBetter), ("loss", MetricDirection.LowerIsBetter),
            ],
            new[] { Metric.Accuracy, Metric.TopK(5), Metric.MacroF1, Metric.Loss }.Select(metric => (metric.Name, metric.Direction)));
    }

    [Theory]
    [InlineData(0.6, 0.5, true, false)]
    [InlineData(0.5, 0.6, false, true)]
    [InlineData(0.5, 0.5, false, false)]
    [InlineData(double.NaN, 0.5, false, false)]
    [InlineData(double.NaN, double.NaN, false, false)]
    [InlineData(0.5, double.NaN, true, true)]
    public void IsBetter_ByDirection_IsStrictAndNeverPrefersNaN(double candidate, double best, bool accuracy, bool loss)
    {
        Assert.Equal(accuracy, Metric.Accuracy.IsBetter(candidate, best));
        Assert.Equal(loss, Metric.Loss.IsBetter(candidate, best));
    }

    [Fact]
    public void TopK_BelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Metric.TopK(0));
}
