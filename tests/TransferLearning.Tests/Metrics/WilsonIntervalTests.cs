using TransferLearning.Metrics;

namespace TransferLearning.Tests.Metrics;

public sealed class WilsonIntervalTests
{
    [Theory]
    [InlineData(142, 153, 0.876, 0.959, 3)]
    [InlineData(146, 153, 0.909, 0.978, 3)]
    [InlineData(81, 263, 0.2553, 0.3662, 4)] // Newcombe, Statistics in Medicine 17 (1998), the score method
    [InlineData(15, 148, 0.0624, 0.1605, 4)]
    [InlineData(0, 20, 0, 0.1611, 4)]
    [InlineData(1, 29, 0.0061, 0.1718, 4)]
    public void WilsonInterval_PublishedCases_Agree(long successes, long total, double low, double high, int digits)
    {
        var interval = new WilsonInterval(successes, total);

        Assert.Equal(low, Math.Round(interval.Low, digits));
        Assert.Equal(high, Math.Round(interval.High, digits));
    }

    [Fact]
    public void WilsonInterval_SuccessesAndFailuresSwapped_IsMirrored()
    {
        var interval = new WilsonInterval(15, 148);
        var mirrored = new WilsonInterval(133, 148);

        Assert.Equal(1 - interval.High, mirrored.Low, 12);
        Assert.Equal(1 - interval.Low, mirrored.High, 12);
    }

    [Fact]
    public void WilsonInterval_AllRight_EndsAtOne()
    {
        var interval = new WilsonInterval(20, 20);

        Assert.Equal(1, interval.High);
        Assert.Equal(0.8389, interval.Low, 4);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.84134474606854293, 1)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.9999997133484281, 5)]
    public void Quantile_TabulatedPoints_Agree(double probability, double expected) =>
        Assert.Equal(expected, StandardNormal.Quantile(probability), 8);

    [Fact]
    public void WilsonInterval_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(6, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(1, 5, confidence: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(1, 5, confidence: double.NaN));
    }
}
