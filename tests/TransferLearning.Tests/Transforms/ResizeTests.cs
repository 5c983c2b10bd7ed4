using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class ResizeTests
{
    [Theory]
    [InlineData(500, 375, 256, 341, 256)]
    [InlineData(375, 500, 256, 256, 341)]
    [InlineData(100, 100, 32, 32, 32)]
    [InlineData(10, 3, 7, 23, 7)]
    public void Apply_ShorterSide_RoundsTheLongerDown(int width, int height, int side, int expectedWidth, int expectedHeight)
    {
        PixelBuffer result = new Resize(side).Apply(new PixelBuffer(width, height), new RandomStream(0));

        Assert.Equal((expectedWidth, expectedHeight), (result.Width, result.Height));
    }

    [Fact]
    public void Apply_ExactSize_IgnoresTheProportions()
    {
        PixelBuffer result = new Resize(12, 9, Interpolation.Bicubic).Apply(TestImages.Noise(20, 30), new RandomStream(0));

        Assert.Equal((12, 9), (result.Width, result.Height));
    }

    [Fact]
    public void Apply_SizeAlreadyRight_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(20, 30);

        Assert.Same(image, new Resize(20).Apply(image, new RandomStream(0)));
    }

    [Fact]
    public void Apply_OtherFilter_GivesOtherPixels()
    {
        PixelBuffer image = TestImages.Noise(20, 30);

        Assert.NotEqual(
            new Resize(10).Apply(image, new RandomStream(0)).Pixels.ToArray(),
            new Resize(10, Interpolation.Bicubic).Apply(image, new RandomStream(0)).Pixels.ToArray());
    }

    [Fact]
    public void Constructor_SideBelowOne_NamesTheArgumentAndTheValue()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Resize(0));

        Assert.Equal("shorterSide", error.ParamName);
        Assert.Contains("shorterSide is 0; it must be at least 1", error.Message);
    }

    [Fact]
    public void Constructor_UnknownFilter_ListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Resize(8, (Interpolation)9));

        Assert.Contains("it must be one of Bilinear, Bicubic", error.Message);
    }
}
