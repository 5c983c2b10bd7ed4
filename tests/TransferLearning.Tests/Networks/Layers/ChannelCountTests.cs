using TransferLearning.Networks.Layers;

namespace TransferLearning.Tests.Networks.Layers;

public sealed class ChannelCountTests
{
    [Theory]
    [InlineData(1.0, 8, 8)]         // never none
    [InlineData(19.9, 8, 16 + 8)]   // 16 would take away more than a tenth
    [InlineData(20.0, 8, 24)]       // half way goes up
    [InlineData(35.2, 8, 32)]       // a little less than a tenth
    [InlineData(35.6, 8, 40)]       // a little more
    [InlineData(320.0, 168, 336)]
    public void NearestMultiple_OfAWidth_TakesAwayATenthAtMost(double channels, int divisor, int expected)
    {
        Assert.Equal(expected, ChannelCount.NearestMultiple(channels, divisor));
    }
}
