using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class ColorJitterTests
{
    private delegate void Adjustment(Span<byte> pixels);

    /// <summary>Hashes of what Pillow 9.4's ImageEnhance makes of the same noise.</summary>
    [Theory]
    [InlineData("brightness", 0, "53755bcd87fd6b66")]
    [InlineData("brightness", 0.6, "00e2a34cf3030373")]
    [InlineData("brightness", 1.7, "160b8b36a670cf2a")]
    [InlineData("contrast", 0, "0289e328eb63c1f6")]
    [InlineData("contrast", 0.6, "24b3814cdafe707c")]
    [InlineData("contrast", 1.7, "57d917494834fe62")]
    [InlineData("saturation", 0, "f65c8492ed0b7a72")]
    [InlineData("saturation", 0.6, "a8e48328d79113eb")]
    [InlineData("saturation", 1.7, "dad52c65354997d1")]
    public void Adjustment_Noise_EqualsPillow(string property, float factor, string hash)
    {
        Assert.Equal(hash, TestImages.Hash(Adjusted(pixels =>
        {
            switch (property)
            {
                case "brightness":
                    ColorAdjustment.Brightness(pixels, factor);
                    break;
                case "contrast":
                    ColorAdjustment.Contrast(pixels, factor);
                    break;
                default:
                    ColorAdjustment.Saturation(pixels, factor);
                    break;
            }
        })));
    }

    /// <summary>Hashes of what torchvision's adjust_hue does with Pillow 9.4's conversions to the same noise.</summary>
    [Theory]
    [InlineData(0.1, "248463495301e9e1")]
    [InlineData(-0.3, "577ec88457163afe")]
    [InlineData(0.5, "fa5bc0d14d344342")]
    [InlineData(0, "163fdda522fccd8a")]
    public void Hue_Noise_EqualsPillow(double share, string hash) =>
        Assert.Equal(hash, TestImages.Hash(Adjusted(pixels => HueAdjustment.Turn(pixels, share))));

    [Fact]
    public void Hue_HalfATurn_MakesRedCyan()
    {
        byte[] pixel = [255, 0, 0];

        HueAdjustment.Turn(pixel, 0.5);

        Assert.Equal([0, 255, 255], pixel.Select(value => (byte)(value > 250 ? 255 : value)));
    }

    [Fact]
    public void Apply_BrightnessAlone_ScalesWithinTheRange()
    {
        PixelBuffer grey = TestImages.Uniform(1, 1, 100, 100, 100);
        var jitter = new ColorJitter(brightness: 0.4);

        byte[] values = [.. Enumerable.Range(0, 2000).Select(sample => TestImages.Get(jitter.Apply(grey, new RandomStream(3, sample)), 0, 0).Red)];

        Assert.InRange(values.Min(), 60, 61);
        Assert.InRange(values.Max(), 138, 139);
        Assert.Equal(99.5, values.Average(value => (double)value), 1.0);
    }

    [Fact]
    public void Apply_ExcessiveRange_NeverGoesBelowBlack()
    {
        PixelBuffer grey = TestImages.Uniform(1, 1, 10, 10, 10);
        var jitter = new ColorJitter(brightness: 3);

        Assert.All(Enumerable.Range(0, 500), sample => Assert.InRange(TestImages.Get(jitter.Apply(grey, new RandomStream(3, sample)), 0, 0).Red, 0, 40));
    }

    [Fact]
    public void Apply_TwoProperties_ComeInEitherOrder()
    {
        PixelBuffer image = TestImages.Noise(8, 8);
        var jitter = new ColorJitter(brightness: 0.5, contrast: 0.5);

        bool[] brightnessFirst = [.. Enumerable.Range(0, 40).Select(sample => IsBrightnessFirst(image, jitter, sample))];

        Assert.Contains(true, brightnessFirst);
        Assert.Contains(false, brightnessFirst);
    }

    [Fact]
    public void Apply_NothingAsked_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(5, 4);

        Assert.Same(image, new ColorJitter().Apply(image, new RandomStream(0)));
    }

    [Theory]
    [InlineData(-0.1, 0, 0, 0, "brightness")]
    [InlineData(0, double.PositiveInfinity, 0, 0, "contrast")]
    [InlineData(0, 0, double.NaN, 0, "saturation")]
    [InlineData(0, 0, 0, 0.6, "hue")]
    public void Constructor_ArgumentOutOfRange_IsNamed(double brightness, double contrast, double saturation, double hue, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ColorJitter(brightness, contrast, saturation, hue));

        Assert.Equal(name, error.ParamName);
    }

    /// <summary>Redoes the two changes in both orders with the factors that the same stream gives, and tells which one matches.</summary>
    private static bool IsBrightnessFirst(PixelBuffer image, ColorJitter jitter, int sample)
    {
        byte[] result = jitter.Apply(image, new RandomStream(11, sample)).Pixels.ToArray();
        var random = new RandomStream(11, sample);
        random.Shuffle<int>([0, 1, 2, 3]);
        float first = (float)random.Uniform(0.5, 1.5), second = (float)random.Uniform(0.5, 1.5);

        byte[] brightness = image.Pixels.ToArray();
        ColorAdjustment.Brightness(brightness, first);
        ColorAdjustment.Contrast(brightness, second);
        byte[] contrast = image.Pixels.ToArray();
        ColorAdjustment.Contrast(contrast, first);
        ColorAdjustment.Brightness(contrast, second);

        Assert.True(result.SequenceEqual(brightness) != result.SequenceEqual(contrast), "exactly one order explains the result");
        return result.SequenceEqual(brightness);
    }

    private static PixelBuffer Adjusted(Adjustment adjust)
    {
        PixelBuffer noise = TestImages.Noise(61, 47);
        adjust(noise.Pixels);
        return noise;
    }
}
