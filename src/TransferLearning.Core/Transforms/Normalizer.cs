using TransferLearning.Imaging;

namespace TransferLearning.Transforms;

/// <summary>Writes pixels as the floats that a network takes: (value / 255 - mean) / deviation, each step rounded to float32 as in torchvision.</summary>
internal sealed class Normalizer
{
    private const int Values = byte.MaxValue + 1;

    private readonly float[] _red;
    private readonly float[] _green;
    private readonly float[] _blue;

    public Normalizer(ChannelStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        (Rgb mean, Rgb deviation) = statistics;
        _red = Table(mean.Red, deviation.Red);
        _green = Table(mean.Green, deviation.Green);
        _blue = Table(mean.Blue, deviation.Blue);
    }

    /// <summary>Writes Height x Width x 3 floats, interleaved as the pixels are.</summary>
    /// <exception cref="ArgumentException">The destination is of another length.</exception>
    public void Write(PixelBuffer image, Span<float> destination)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        RequireLength(image, destination);

        for (int i = 0; i + 2 < pixels.Length; i += PixelBuffer.Channels)
        {
            destination[i] = _red[pixels[i]];
            destination[i + 1] = _green[pixels[i + 1]];
            destination[i + 2] = _blue[pixels[i + 2]];
        }
    }

    /// <summary>Writes 3 x Height x Width floats: all of red, then green, then blue.</summary>
    /// <exception cref="ArgumentException">The destination is of another length.</exception>
    public void WritePlanes(PixelBuffer image, Span<float> destination)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        RequireLength(image, destination);
        int count = image.Width * image.Height;
        Span<float> red = destination[..count], green = destination.Slice(count, count), blue = destination[(2 * count)..];
        for (int i = 0; i < count; i++)
        {
            red[i] = _red[pixels[i * PixelBuffer.Channels]];
            green[i] = _green[pixels[i * PixelBuffer.Channels + 1]];
            blue[i] = _blue[pixels[i * PixelBuffer.Channels + 2]];
        }
    }

    private static void RequireLength(PixelBuffer image, ReadOnlySpan<float> destination)
    {
        if (destination.Length != image.Pixels.Length)
            throw new ArgumentException(
                $"An image of {image.Width}x{image.Height} pixels fills {image.Pixels.Length} floats; the destination has {destination.Length}.",
                nameof(destination));
    }

    private static float[] Table(float mean, float deviation)
    {
        var table = new float[Values];
        for (int value = 0; value < Values; value++)
            table[value] = (value / 255f - mean) / deviation;
        return table;
    }
}
