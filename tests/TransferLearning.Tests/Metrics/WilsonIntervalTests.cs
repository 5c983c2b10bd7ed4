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

    [Fact]
    public void WilsonInterval_OfNothing_IsFromZeroToOne()
    {
        var interval = new WilsonInterval(0, 0);

        Assert.Equal((0, 1), (interval.Low, interval.High));
    }

    [Fact]
    public void WilsonInterval_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(6, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilsonInterval(0, -1));
    }
}
