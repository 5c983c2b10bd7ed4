using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Tests.Transforms;

public sealed class RandomRotationTests
{
    /// <summary>Hashes of what Pillow 9.4's rotate makes of the same noise.</summary>
    [Theory]
    [InlineData(17.5, "93cbfc8de044c764", "1112ecc72d1f904e")]
    [InlineData(-33, "f16450af0bd6f340", "cd8ddc2dd1480266")]
    [InlineData(180, "cdfa1a6c54899b08", "cdfa1a6c54899b08")]
    [InlineData(90, "cf3a7167c2548759", "cf3a7167c2548759")]
    [InlineData(-151.25, "1257eece1a528353", "a9dee02090b3aa86")]
    public void Rotate_Noise_EqualsPillow(double degrees, string nearest, string bilinear)
    {
        PixelBuffer noise = TestImages.Noise(61, 47);

        Assert.Equal(nearest, TestImages.Hash(Rotate(noise, degrees, SamplingFilter.Nearest)));
        Assert.Equal(bilinear, TestImages.Hash(Rotate(noise, degrees, SamplingFilter.Bilinear)));
    }

    [Theory]
    [InlineData(SamplingFilter.Nearest)]
    [InlineData(SamplingFilter.Bilinear)]
    public void Rotate_QuarterTurn_GoesCounterClockwiseAndLeavesBlack(SamplingFilter filter)
    {
        PixelBuffer result = Rotate(TestImages.Letters("ABCD", "EFGH"), 90, filter);

        Assert.Equal([".CG.", ".BF."], TestImages.ToLetters(result));
    }

    [Fact]
    public void Apply_ManySamples_TurnBothWaysWithinTheAngle()
    {
        // A dot far from the middle tells the angle by where it lands.
        PixelBuffer image = new(401, 401);
        for (int y = 196; y <= 204; y++)
            TestImages.Set(image, 390, y, 255, 0, 0);
        var rotation = new RandomRotation(30);

        double[] angles = [.. Enumerable.Range(0, 60).Select(sample => Angle(rotation.Apply(image, new RandomStream(5, sample))))];

        Assert.All(angles, angle => Assert.InRange(angle, -30.5, 30.5));
        Assert.InRange(angles.Min(), -30.5, -20);
        Assert.InRange(angles.Max(), 20, 30.5);
    }

    [Fact]
    public void Apply_NoAngle_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(5, 4);

        Assert.Same(image, new RandomRotation(0).Apply(image, new RandomStream(0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(181)]
    [InlineData(double.NaN)]
    public void Constructor_AngleOutOfRange_IsRefused(double degrees)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(degrees));

        Assert.Contains("it must be from 0 to 180", error.Message);
    }

    private static PixelBuffer Rotate(PixelBuffer image, double degrees, SamplingFilter filter) =>
        Warp.Apply(image, PixelMap.Rotation(degrees, image.Width, image.Height), filter, fill: default);

    private static double Angle(PixelBuffer image)
    {
        (double X, double Y)[] dots = [.. from y in Enumerable.Range(0, image.Height)
                                          from x in Enumerable.Range(0, image.Width)
                                          where TestImages.Get(image, x, y).Red > 0
                                          select (x - 200.0, 200.0 - y)];
        return double.RadiansToDegrees(Math.Atan2(dots.Average(dot => dot.Y), dots.Average(dot => dot.X)));
    }
}
