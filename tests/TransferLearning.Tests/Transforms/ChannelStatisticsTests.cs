using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class ChannelStatisticsTests
{
    private static Rgb Half => new(0.5f, 0.5f, 0.5f);

    [Theory]
    [InlineData(0)]
    [InlineData(-0.2f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Constructor_UnusableDeviation_IsRefused(float deviation)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelStatistics(Half, Half with { Green = deviation }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelStatistics.ImageNet with { StandardDeviation = Half with { Blue = deviation } });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Constructor_MeanNotFinite_IsRefused(float mean)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelStatistics(Half with { Red = mean }, Half));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelStatistics.ImageNet with { Mean = Half with { Red = mean } });
    }
}
