using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Tests.Transforms.Augmentation;

/// <summary>Every operation, at every magnitude, gives torchvision's pixels of the same drawn images.</summary>
public sealed class TorchvisionParityTests
{
    private static readonly PixelColor _fill = new(10, 200, 30);

    private static PixelBuffer[] Images { get; } = [TestImages.Noise(61, 47), Waves(61, 47), TestImages.Noise(17, 13), Waves(17, 13)];

    public static TheoryData<string> Spaces => ["Wide", "WideBilinear", "Standard", "Learned", "Mixing"];

    [Theory]
    [MemberData(nameof(Spaces))]
    public void AugmentationSpace_EveryMagnitudeOfEveryOperation_EqualsTorchvision(string space)
    {
        (Func<PixelBuffer, MagnitudeRange[]> ranges, SamplingFilter filter, Dictionary<string, string> expected) = space switch
        {
            "Wide" => (new Func<PixelBuffer, MagnitudeRange[]>(_ => MagnitudeRange.Wide(31)), SamplingFilter.Nearest, TorchvisionValues.Wide),
            "WideBilinear" => (_ => MagnitudeRange.Wide(31), SamplingFilter.Bilinear, TorchvisionValues.WideBilinear),
            "Standard" => (image => MagnitudeRange.Standard(31, image.Width, image.Height), SamplingFilter.Nearest, TorchvisionValues.Standard),
            "Learned" => (image => MagnitudeRange.Learned(10, image.Width, image.Height), SamplingFilter.Nearest, TorchvisionValues.Learned),
            _ => (image => MagnitudeRange.Mixing(10, image.Width, image.Height, allOperations: true), SamplingFilter.Bilinear, TorchvisionValues.Mixing),
        };
        var style = new AugmentationStyle(filter, _fill);

        Assert.Equal(expected.Keys, ranges(Images[0]).Select(range => range.Operation.ToString()));
        string[] wrong = [.. expected.Where(entry => entry.Value != Hash(Images.SelectMany(image => All(image, ranges(image), entry.Key)))).Select(entry => entry.Key)];
        Assert.Empty(wrong);

        IEnumerable<PixelBuffer> All(PixelBuffer image, MagnitudeRange[] found, string name)
        {
            MagnitudeRange range = Array.Find(found, range => range.Operation.ToString() == name)!;
            float[] magnitudes = range.Magnitudes.Length > 0 ? range.Magnitudes : [0];
            return magnitudes.SelectMany(magnitude => range.IsSigned ? [magnitude, -magnitude] : new[] { magnitude })
                .Select(magnitude => style.Apply(image, range.Operation, magnitude));
        }
    }

    [Fact]
    public void AutoAugmentPolicies_AreThoseOfTheirPaper()
    {
        Assert.All(TorchvisionValues.Policies, entry =>
        {
            PolicyStep[][] pairs = AutoAugmentPolicies.PairsOf(Enum.Parse<AutoAugmentPolicy>(entry.Key, ignoreCase: true));
            string text = string.Join(';', pairs.Select(pair => string.Join(',', pair.Select(Text))));
            Assert.Equal(entry.Value, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
        });

        static string Text(PolicyStep step) => FormattableString.Invariant($"{step.Operation} {Math.Round(step.Probability * 10)} {step.Magnitude}");
    }

    [Fact]
    public void Adjustments_EqualTorchvision() => AssertEqual(TorchvisionValues.Adjustments, (name, image) =>
    {
        string[] words = name.Split(' ');
        RandomAdjustment adjustment = words[0] switch
        {
            "grayscale" => RandomAdjustment.Grayscale(1),
            "invert" => RandomAdjustment.Invert(1),
            "vertical" => RandomAdjustment.VerticalFlip(1),
            "autocontrast" => RandomAdjustment.AutoContrast(1),
            "equalize" => RandomAdjustment.Equalize(1),
            "posterize" => RandomAdjustment.Posterize((int)Number(words[1]), 1),
            "solarize" => RandomAdjustment.Solarize(Number(words[1]), 1),
            _ => RandomAdjustment.AdjustSharpness(Number(words[1]), 1),
        };
        return adjustment.Apply(image, new RandomStream(0));
    });

    [Theory]
    [InlineData(SamplingFilter.Nearest)]
    [InlineData(SamplingFilter.Bilinear)]
    public void Affine_EqualsTorchvision(SamplingFilter filter)
    {
        AssertEqual(filter == SamplingFilter.Nearest ? TorchvisionValues.AffineNearest : TorchvisionValues.AffineBilinear, (name, image) =>
        {
            double[] numbers = [.. name.Split(' ').Select(Number)];
            var map = PixelMap.Affine((image.Width * 0.5, image.Height * 0.5), numbers[0], (numbers[1], numbers[2]), numbers[3], (numbers[4], numbers[5]));
            return Warp.Apply(image, map, filter, _fill);
        });
    }

    [Theory]
    [InlineData(SamplingFilter.Nearest)]
    [InlineData(SamplingFilter.Bilinear)]
    public void Perspective_EqualsPillow(SamplingFilter filter)
    {
        AssertEqual(filter == SamplingFilter.Nearest ? TorchvisionValues.PerspectiveNearest : TorchvisionValues.PerspectiveBilinear, (name, image) =>
        {
            int[] ways = [.. name.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            (int right, int bottom) = (image.Width - 1, image.Height - 1);
            PixelMap? map = PixelMap.Perspective(
                [(0, 0), (right, 0), (right, bottom), (0, bottom)],
                [(ways[0], ways[1]), (right - ways[2], ways[3]), (right - ways[4], bottom - ways[5]), (ways[6], bottom - ways[7])]);
            return Warp.Apply(image, map!.Value, filter, _fill);
        });
    }

    [Fact]
    public void GaussianBlur_IsTorchvisionsWithinOneLevel()
    {
        int different = 0;
        foreach ((string name, string pixels) in TorchvisionValues.Blurs)
        {
            string[] words = name.Split(' ');
            byte[] expected = Convert.FromBase64String(pixels);
            byte[] found = GaussianBlur.Blur(Images[3], (int)Number(words[0]), Number(words[1])).Pixels.ToArray();
            Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second - pair.First, -1, 1));
            different += expected.Zip(found).Count(pair => pair.First != pair.Second);
        }
        Assert.InRange(different, 0, 3);
    }

    private static void AssertEqual(Dictionary<string, string> expected, Func<string, PixelBuffer, PixelBuffer> apply)
    {
        string[] wrong = [.. expected.Where(entry => entry.Value != Hash(Images.Select(image => apply(entry.Key, image)))).Select(entry => entry.Key)];
        Assert.Empty(wrong);
    }

    private static string Hash(IEnumerable<PixelBuffer> images) =>
        Convert.ToHexStringLower(SHA256.HashData([.. images.SelectMany(image => image.Pixels.ToArray())]))[..16];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static PixelBuffer Waves(int width, int height)
    {
        var image = new PixelBuffer(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                TestImages.Set(image, x, y, (byte)((x * x + 3 * y) % 256), (byte)(x * y % 100 + 40), (byte)(200 - (x + y) * 2 % 128));
        }
        return image;
    }
}
