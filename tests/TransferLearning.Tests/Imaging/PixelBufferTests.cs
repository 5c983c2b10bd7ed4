using TransferLearning.Imaging;

namespace TransferLearning.Tests.Imaging;

public sealed class PixelBufferTests
{
    [Fact]
    public void Constructor_AnySize_IsBlackAndHasEveryRow()
    {
        var image = new PixelBuffer(5, 3);

        Assert.Equal(new byte[45], image.Pixels.ToArray());
        Assert.Equal(15, image.Row(2).Length);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-3, 4)]
    [InlineData(50_000, 50_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Constructor_ImpossibleSize_IsRefused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelBuffer(width, height));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 3)]
    public void RgbaPixels_AnyCount_DropsEveryFourthByte(int width, int height)
    {
        byte[] rgba = [.. Enumerable.Range(0, width * height * 4).Select(i => (byte)i)];
        var image = new PixelBuffer(width, height);

        RgbaPixels.Copy(rgba, width, PixelRectangle.Whole(image), image);

        Assert.Equal(rgba.Where((_, i) => i % 4 != 3), image.Pixels.ToArray());
    }

    [Fact]
    public void Release_OfARentedImage_MakesLaterUseThrowRatherThanReadOtherPixels()
    {
        PixelBuffer image = PixelBuffer.Rent(9, 5);

        image.Release();
        image.Release();

        Assert.Contains("must not keep its input", Assert.Throws<ObjectDisposedException>(() => { _ = image.Pixels; }).Message);
        Assert.Throws<ObjectDisposedException>(() => { _ = image.Row(0); });
        Assert.Throws<ObjectDisposedException>(() => { _ = image.PaddedBytes; });
        Assert.Equal((9, 5), (image.Width, image.Height));
    }

    [Fact]
    public void Release_OfAnImageThatIsNotThePools_LeavesIt()
    {
        PixelBuffer made = TestImages.Noise(9, 5);
        PixelBuffer disowned = PixelBuffer.Rent(9, 5);
        disowned.Disown();

        made.Release();
        disowned.Release();

        Assert.Equal(TestImages.Noise(9, 5).Pixels.ToArray(), made.Pixels.ToArray());
        Assert.Equal(9 * 5 * 3, disowned.Pixels.Length);
    }

    [Fact]
    public void Cut_Part_CopiesItsPixels()
    {
        PixelBuffer part = TestImages.Coordinates(20, 10).Cut(new PixelRectangle(4, 3, 5, 2));

        Assert.Equal((5, 2), (part.Width, part.Height));
        Assert.Equal((4, 3, 7), TestImages.Get(part, 0, 0));
        Assert.Equal((8, 4, 7), TestImages.Get(part, 4, 1));
    }
}
