using System.Numerics;
using System.Runtime.InteropServices;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Blurs the image by a normal distribution of random width; beyond its edges it is mirrored.</summary>
/// <remarks>torchvision's GaussianBlur, whose sums of products have another order: rare values differ by one level.</remarks>
internal sealed class GaussianBlur : ITransform
{
    private const int LargestKernel = 255;

    private readonly int _kernelSize;
    private readonly double _minimumSigma;
    private readonly double _maximumSigma;
    private readonly double _probability;

    public GaussianBlur(int kernelSize, double minimumSigma = 0.1, double maximumSigma = 2, double probability = 1)
    {
        _kernelSize = (int)Require.Between(1, LargestKernel, kernelSize);
        if (kernelSize % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(kernelSize), kernelSize, $"The side of the kernel is {kernelSize}; it must be odd.");
        _maximumSigma = Require.AboveZero(maximumSigma);
        _minimumSigma = Require.AboveZeroUpTo(maximumSigma, minimumSigma);
        _probability = Require.Between(0, 1, probability);
    }

    public bool IsRandom => _probability > 0 && (_probability < 1 || _minimumSigma < _maximumSigma);

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant(
        $"GaussianBlur kernel {_kernelSize}, sigma {_minimumSigma:R} to {_maximumSigma:R}, probability {_probability:R}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random) =>
        random.NextDouble() < _probability ? Blur(image, _kernelSize, random.Uniform(_minimumSigma, _maximumSigma)) : image;

    /// <returns>A new image.</returns>
    public static PixelBuffer Blur(PixelBuffer image, int kernelSize, double sigma)
    {
        float[] kernel = Kernel(kernelSize, (float)sigma);
        int radius = kernelSize / 2;
        PixelBuffer result = PixelBuffer.Rent(image.Width, image.Height);

        // Rows blurred sideways, as many as the kernel is high: of row y, those from y - radius to y + radius, in turn.
        int length = image.Stride;
        var blurred = new float[kernelSize][];
        var padded = new float[length + 2 * radius * PixelBuffer.Channels];
        var sum = new float[length];
        int next = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (; next <= Math.Min(y + radius, image.Height - 1); next++)
            {
                Pad(image.Row(next), radius, padded);
                float[] row = blurred[next % kernelSize] ??= new float[length];
                Array.Clear(row);
                for (int tap = 0; tap < kernelSize; tap++)
                    Add(padded.AsSpan(tap * PixelBuffer.Channels, length), kernel[tap], row);
            }
            Array.Clear(sum);
            for (int tap = 0; tap < kernelSize; tap++)
                Add(blurred[Mirror(y + tap - radius, image.Height) % kernelSize], kernel[tap], sum);

            Span<byte> to = result.Row(y);
            for (int i = 0; i < length; i++)
                to[i] = (byte)MathF.Round(sum[i]);
        }
        return result;
    }

    private static float[] Kernel(int size, float sigma)
    {
        float[] weights = [.. Enumerable.Range(0, size).Select(tap => (tap - (size - 1) * 0.5f) / sigma).Select(x => MathF.Exp(-0.5f * x * x))];
        float sum = weights.Sum();
        return sum > 0 ? Array.ConvertAll(weights, weight => weight / sum) : weights;
    }

    private static void Pad(ReadOnlySpan<byte> row, int radius, Span<float> padded)
    {
        int width = row.Length / PixelBuffer.Channels;
        for (int i = 0; i < row.Length; i++)
            padded[i + radius * PixelBuffer.Channels] = row[i];
        for (int x = 0; x < radius; x++)
        {
            for (int channel = 0; channel < PixelBuffer.Channels; channel++)
            {
                padded[x * PixelBuffer.Channels + channel] = row[Mirror(x - radius, width) * PixelBuffer.Channels + channel];
                padded[(x + radius + width) * PixelBuffer.Channels + channel] = row[Mirror(x + width, width) * PixelBuffer.Channels + channel];
            }
        }
    }

    /// <summary>Where a place beyond the edge is mirrored to, as often as it takes; the edge itself is not repeated.</summary>
    private static int Mirror(int place, int length)
    {
        if (length == 1)
            return 0;
        int period = 2 * (length - 1);
        int within = ((place % period) + period) % period;
        return Math.Min(within, period - within);
    }

    private static void Add(ReadOnlySpan<float> values, float weight, Span<float> sums)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var weights = new Vector<float>(weight);
        for (int i = 0; i < to.Length; i++)
            to[i] += from[i] * weights;
        for (int i = to.Length * Vector<float>.Count; i < sums.Length; i++)
            sums[i] += values[i] * weight;
    }
}
