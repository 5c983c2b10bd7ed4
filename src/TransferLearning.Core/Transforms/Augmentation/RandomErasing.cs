using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Erases a random rectangle with a given probability.</summary>
/// <remarks>
/// Source: Zhong et al., "Random Erasing Data Augmentation", AAAI 2020, with torchvision's ranges: the relative area is uniform, the
/// logarithm of height / width too; after ten tries that do not fit, nothing is erased. Works on pixels, before normalization.
/// </remarks>
internal sealed class RandomErasing : ITransform
{
    private const int Tries = 10;

    private readonly double _probability;
    private readonly double _minimumArea;
    private readonly double _maximumArea;
    private readonly double _minimumRatio;
    private readonly double _maximumRatio;
    private readonly ErasingFill _fill;
    private readonly PixelColor _color;

    public RandomErasing(
        double probability = 0.5, double minimumArea = 0.02, double maximumArea = 0.33, double minimumRatio = 0.3, double maximumRatio = 3.3,
        ErasingFill fill = ErasingFill.Mean, PixelColor color = default)
    {
        _probability = Require.Between(0, 1, probability);
        _maximumArea = Require.AboveZeroUpTo(1, maximumArea);
        _minimumArea = Require.AboveZeroUpTo(maximumArea, minimumArea);
        _maximumRatio = Require.AboveZero(maximumRatio);
        _minimumRatio = Require.AboveZeroUpTo(maximumRatio, minimumRatio);
        _fill = Require.Defined(fill);
        _color = color;
    }

    public bool IsRandom => _probability > 0;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant(
        $"RandomErasing probability {_probability:R}, area {_minimumArea:R} to {_maximumArea:R}, ratio {_minimumRatio:R} to {_maximumRatio:R}, ")
        + FormattableString.Invariant($"{_fill} {_color}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if (random.NextDouble() >= _probability || Choose(image, random) is not { } part)
            return image;

        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);
        image.Pixels.CopyTo(result.Pixels);
        PixelColor color = _fill == ErasingFill.Mean ? Mean(image.Pixels) : _color;
        for (int y = part.Top; y < part.Bottom; y++)
        {
            Span<byte> erased = result.Row(y).Slice(part.Left * PixelBuffer.Channels, part.Width * PixelBuffer.Channels);
            if (_fill == ErasingFill.Random)
                FillRandomly(erased, random);
            else
                color.Fill(erased);
        }
        return result;
    }

    private PixelRectangle? Choose(PixelBuffer image, RandomStream random)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double area = (double)image.Width * image.Height * random.Uniform(_minimumArea, _maximumArea);
            double ratio = Math.Exp(random.Uniform(Math.Log(_minimumRatio), Math.Log(_maximumRatio)));
            double height = Math.Round(Math.Sqrt(area * ratio)), width = Math.Round(Math.Sqrt(area / ratio));
            if (width < 1 || height < 1 || width >= image.Width || height >= image.Height)
                continue;
            int top = random.NextInt32(image.Height - (int)height + 1), left = random.NextInt32(image.Width - (int)width + 1);
            return new PixelRectangle(left, top, (int)width, (int)height);
        }
        return null;
    }

    private static PixelColor Mean(ReadOnlySpan<byte> pixels)
    {
        Span<long> sums = stackalloc long[PixelBuffer.Channels];
        for (int i = 0; i < pixels.Length; i++)
            sums[i % PixelBuffer.Channels] += pixels[i];
        long count = pixels.Length / PixelBuffer.Channels;
        return new PixelColor(Rounded(sums[0]), Rounded(sums[1]), Rounded(sums[2]));

        byte Rounded(long sum) => (byte)((sum + count / 2) / count);
    }

    private static void FillRandomly(Span<byte> pixels, RandomStream random)
    {
        ulong bits = 0;
        for (int i = 0; i < pixels.Length; i++, bits >>= 8)
        {
            if (i % sizeof(ulong) == 0)
                bits = random.NextUInt64();
            pixels[i] = (byte)bits;
        }
    }
}

/// <summary>What a random erasing puts in place of what it erases.</summary>
public enum ErasingFill
{
    /// <summary>One given color.</summary>
    Color,

    /// <summary>The mean color of the image.</summary>
    Mean,

    /// <summary>A random color for each pixel, uniform, as in the paper's best results.</summary>
    Random,
}
