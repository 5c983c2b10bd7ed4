using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Mixes the image with chains of weak random operations on it, by random weights.</summary>
/// <remarks>
/// Source: Hendrycks et al., "AugMix: A Simple Data Processing Method to Improve Robustness and Uncertainty", ICLR 2020, with torchvision's
/// space. The operations are Pillow's, and the mixture is rounded; torchvision computes on tensors and truncates.
/// </remarks>
internal sealed class AugMix : ITransform
{
    private const int Bins = 10;
    private const int MostChains = 16;
    private const int MostOperationsByDefault = 3;

    private readonly int _severity;
    private readonly int _chains;
    private readonly int? _depth;
    private readonly double _alpha;
    private readonly bool _allOperations;
    private readonly AugmentationStyle _style;

    public AugMix(
        int severity = 3, int chains = 3, int? depth = null, double alpha = 1, bool allOperations = true,
        SamplingFilter filter = SamplingFilter.Bilinear, PixelColor fill = default)
    {
        _severity = (int)Require.Between(1, Bins, severity);
        _chains = (int)Require.Between(1, MostChains, chains);
        _depth = depth is int operations ? (int)Require.Between(1, AugmentationBounds.MostOperations, operations, nameof(depth)) : null;
        _alpha = Require.AboveZero(alpha);
        _allOperations = allOperations;
        _style = new AugmentationStyle(Require.Defined(filter), fill);
    }

    public bool IsRandom => true;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant(
        $"AugMix severity {_severity}, {_chains} chains of {_depth ?? 0}, alpha {_alpha:R}, all operations {_allOperations}, {_style}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        MagnitudeRange[] ranges = MagnitudeRange.Mixing(Bins, image.Width, image.Height, _allOperations);
        double augmented = random.Beta(_alpha, _alpha);
        double[] weights = random.Dirichlet(_alpha, _chains);
        int length = image.Pixels.Length;
        float[] mixture = LargeArrayPool<float>.Shared.Rent(length);
        try
        {
            Array.Clear(mixture, 0, length);
            Add(image, 1 - augmented, mixture);
            foreach (double weight in weights)
            {
                PixelBuffer chain = Chain(image, ranges, random);
                Add(chain, augmented * weight, mixture);
                if (chain != image)
                    chain.Release();
            }
            return Rounded(mixture, image.Width, image.Height);
        }
        finally
        {
            LargeArrayPool<float>.Shared.Return(mixture);
        }
    }

    private PixelBuffer Chain(PixelBuffer image, MagnitudeRange[] ranges, RandomStream random)
    {
        PixelBuffer result = image;
        int depth = _depth ?? 1 + random.NextInt32(MostOperationsByDefault);
        for (int operation = 0; operation < depth; operation++)
        {
            MagnitudeRange range = ranges[random.NextInt32(ranges.Length)];
            result = _style.Advance(result, image, range.Operation, range.Draw(_severity, random));
        }
        return result;
    }

    private static void Add(PixelBuffer image, double weight, Span<float> mixture)
    {
        float share = (float)weight;
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i++)
            mixture[i] += share * pixels[i];
    }

    private static PixelBuffer Rounded(ReadOnlySpan<float> mixture, int width, int height)
    {
        PixelBuffer result = PixelBuffer.Rent(width, height);
        Span<byte> pixels = result.Pixels;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Min(mixture[i] + 0.5f, byte.MaxValue);
        return result;
    }
}
