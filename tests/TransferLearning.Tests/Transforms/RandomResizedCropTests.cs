using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class RandomResizedCropTests
{
    [Fact]
    public void Choose_ManyDraws_StayWithinAreaRatioAndImage()
    {
        const int width = 500, height = 375;
        foreach (PixelRectangle part in Draw(new RandomResizedCrop(224, 224), width, height, count: 2000))
        {
            Assert.True(part is { Left: >= 0, Top: >= 0, Right: <= width, Bottom: <= height }, $"{part} leaves the image");

            // Sides are rounded to whole pixels, which moves area and ratio by a pixel's share.
            Assert.InRange(part.Width * part.Height / (double)(width * height), 0.08 * 0.99, 1);
            Assert.InRange(part.Width / (double)part.Height, 3.0 / 4 * 0.99, 4.0 / 3 * 1.01);
        }
    }

    [Fact]
    public void Choose_ManyDraws_SpreadAreaEvenlyAndRatioByItsLogarithm()
    {
        // On an image this much larger than any part, no draw is rejected and both distributions show unbent.
        const int side = 4000;
        PixelRectangle[] parts = [.. Draw(new RandomResizedCrop(8, 8, minimumArea: 0.1, maximumArea: 0.5), side, side, count: 4000)];

        double meanArea = parts.Average(part => (double)part.Width * part.Height / side / side);
        double meanLogarithm = parts.Average(part => Math.Log((double)part.Width / part.Height));
        double wide = parts.Count(part => (double)part.Width / part.Height > Math.Sqrt(4.0 / 3)) / 4000.0;

        Assert.Equal(0.3, meanArea, 0.01);
        Assert.Equal(0, meanLogarithm, 0.01);
        Assert.Equal(0.25, wide, 0.03);
    }

    [Fact]
    public void Choose_ManyDraws_ReachEveryCorner()
    {
        PixelRectangle[] parts = [.. Draw(new RandomResizedCrop(8, 8, 0.25, 0.25, 1, 1), 10, 10, count: 1000)];

        Assert.All(parts, part => Assert.Equal((5, 5), (part.Width, part.Height)));
        Assert.Equal(Enumerable.Range(0, 6), parts.Select(part => part.Left).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 6), parts.Select(part => part.Top).Distinct().Order());
    }

    // A whole area of a forbidden shape never fits; the fallback is the largest part of the nearest allowed ratio.
    [Theory]
    [InlineData(1000, 100, 433, 0, 133, 100)]
    [InlineData(100, 1000, 0, 433, 100, 133)]
    public void Choose_ImageTooLongForTheRatios_FallsBackToTheCentre(int width, int height, int left, int top, int partWidth, int partHeight)
    {
        var crop = new RandomResizedCrop(8, 8, minimumArea: 1, maximumArea: 1);

        Assert.Equal(new PixelRectangle(left, top, partWidth, partHeight), crop.ChoosePart(width, height, new RandomStream(1)));
    }

    [Fact]
    public void Choose_SinglePixel_IsThatPixel() =>
        Assert.Equal(new PixelRectangle(0, 0, 1, 1), new RandomResizedCrop(8, 8).ChoosePart(1, 1, new RandomStream(1)));

    [Fact]
    public void Apply_WholeImage_IsAResize()
    {
        PixelBuffer image = TestImages.Noise(30, 30);
        var crop = new RandomResizedCrop(12, 10, 1, 1, 1, 1, Interpolation.Bicubic);

        PixelBuffer result = crop.Apply(image, new RandomStream(1));

        Assert.Equal(new Resize(12, 10, Interpolation.Bicubic).Apply(image, new RandomStream(1)).Pixels.ToArray(), result.Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 1, 1, 1, "minimumArea")]
    [InlineData(0.5, 1.5, 1, 1, "maximumArea")]
    [InlineData(0.6, 0.5, 1, 1, "minimumArea")]
    [InlineData(0.1, 1, 2, 1, "minimumRatio")]
    [InlineData(0.1, 1, 1, double.NaN, "maximumRatio")]
    public void Constructor_ArgumentOutOfRange_IsNamed(double minimumArea, double maximumArea, double minimumRatio, double maximumRatio, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new RandomResizedCrop(8, 8, minimumArea, maximumArea, minimumRatio, maximumRatio));

        Assert.Equal(name, error.ParamName);
    }

    private static IEnumerable<PixelRectangle> Draw(RandomResizedCrop crop, int width, int height, int count) =>
        Enumerable.Range(0, count).Select(sample => crop.ChoosePart(width, height, new RandomStream(42, sample)));
}
