using TransferLearning.Imaging;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Changes pixels in place, each value by itself or by the image's histogram, as Pillow's ImageOps do.</summary>
internal static class PointOperations
{
    private const int Values = byte.MaxValue + 1;

    public static void Invert(Span<byte> pixels) => Map(pixels, value => byte.MaxValue - value);

    /// <summary>Keeps the upper bits, 0 to 8.</summary>
    public static void Posterize(Span<byte> pixels, int bits) => Map(pixels, value => value & ~((1 << (8 - bits)) - 1));

    /// <summary>Inverts the values from a threshold on.</summary>
    public static void Solarize(Span<byte> pixels, double threshold) => Map(pixels, value => value < threshold ? value : byte.MaxValue - value);

    /// <summary>Gray from ITU-R BT.601 luma in every channel.</summary>
    public static void Grayscale(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.Channels)
            pixels.Slice(i, PixelBuffer.Channels).Fill((byte)ColorAdjustment.Gray(pixels[i], pixels[i + 1], pixels[i + 2]));
    }

    /// <summary>Stretches each channel from its smallest to its largest value onto 0 to 255.</summary>
    public static void AutoContrast(Span<byte> pixels) => MapByHistogram(pixels, static histogram =>
    {
        int low = Array.FindIndex(histogram, count => count > 0), high = Array.FindLastIndex(histogram, count => count > 0);
        if (high <= low)
            return null;
        double scale = 255.0 / (high - low), offset = -low * scale;
        return value => (int)(value * scale + offset);
    });

    /// <summary>Spreads the values of each channel until each occurs about as often.</summary>
    public static void Equalize(Span<byte> pixels) => MapByHistogram(pixels, static histogram =>
    {
        int last = Array.FindLastIndex(histogram, count => count > 0);
        long step = (histogram.Sum() - histogram[last]) / byte.MaxValue;
        if (step == 0)
            return null;
        var sums = new long[Values];
        long sum = step / 2;
        for (int value = 0; value < Values; sum += histogram[value++])
            sums[value] = sum / step;
        return value => (int)Math.Min(sums[value], byte.MaxValue);
    });

    /// <param name="pixels">Changed in place.</param>
    /// <param name="choose">From a channel's histogram, what each value becomes; null leaves the channel as it is.</param>
    private static void MapByHistogram(Span<byte> pixels, Func<long[], Func<int, int>?> choose)
    {
        for (int channel = 0; channel < PixelBuffer.Channels; channel++)
        {
            var histogram = new long[Values];
            for (int i = channel; i < pixels.Length; i += PixelBuffer.Channels)
                histogram[pixels[i]]++;
            if (choose(histogram) is { } change)
                Map(pixels, change, channel, PixelBuffer.Channels);
        }
    }

    private static void Map(Span<byte> pixels, Func<int, int> change, int first = 0, int step = 1)
    {
        Span<byte> table = stackalloc byte[Values];
        for (int value = 0; value < Values; value++)
            table[value] = (byte)Math.Clamp(change(value), 0, byte.MaxValue);
        for (int i = first; i < pixels.Length; i += step)
            pixels[i] = table[pixels[i]];
    }
}
