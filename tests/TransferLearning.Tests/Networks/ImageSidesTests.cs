using TransferLearning.Networks;

namespace TransferLearning.Tests.Networks;

/// <summary>Which images a network takes.</summary>
public sealed class ImageSidesTests
{
    [Theory]
    [InlineData(64, 96, true)]
    [InlineData(32, 32, true)]
    [InlineData(64, 80, false)]
    [InlineData(80, 64, false)]
    [InlineData(0, 32, false)]
    public void MultiplesOf_AllowsBothSidesThatAre(long height, long width, bool expected) =>
        Assert.Equal(expected, ImageSides.MultiplesOf(32).Allow(height, width));

    [Fact]
    public void ToString_OfEachKind_SaysWhichImagesAreTaken()
    {
        Assert.Equal("224 x 224 pixels", ImageSides.Exactly(224).ToString());
        Assert.Equal("at least 32 x 32 pixels", ImageSides.AtLeast(32).ToString());
        Assert.Equal("multiples of 32 pixels on both sides", ImageSides.MultiplesOf(32).ToString());
    }

    [Fact]
    public void MultiplesOf_NoLength_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => ImageSides.MultiplesOf(0));
}
