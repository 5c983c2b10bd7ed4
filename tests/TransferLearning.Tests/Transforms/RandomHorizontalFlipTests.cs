using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class RandomHorizontalFlipTests
{
    [Fact]
    public void Apply_Always_MirrorsEveryRow()
    {
        PixelBuffer result = new RandomHorizontalFlip(1).Apply(TestImages.Letters("ABC", "DEF"), new RandomStream(0));

        Assert.Equal(["CBA", "FED"], TestImages.ToLetters(result));
    }

    [Fact]
    public void Apply_Never_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(5, 4);

        Assert.Same(image, new RandomHorizontalFlip(0).Apply(image, new RandomStream(0)));
    }

    [Fact]
    public void Apply_ManySamples_MirrorsAsOftenAsAsked()
    {
        PixelBuffer image = TestImages.Noise(2, 1);
        var flip = new RandomHorizontalFlip(0.3);

        int mirrored = Enumerable.Range(0, 4000).Count(sample => flip.Apply(image, new RandomStream(7, sample)) != image);

        Assert.InRange(mirrored, 1100, 1300);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_NotAProbability_IsRefused(double probability)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip(probability));

        Assert.Contains("it must be from 0 to 1", error.Message);
    }
}
