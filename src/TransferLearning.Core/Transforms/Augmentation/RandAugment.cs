using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Applies some operations, chosen at random, all with the same magnitude.</summary>
/// <remarks>Source: Cubuk et al., "RandAugment: Practical Automated Data Augmentation with a Reduced Search Space", 2020, with torchvision's space.</remarks>
internal sealed class RandAugment : ITransform
{
    private readonly int _operations;
    private readonly int _magnitude;
    private readonly int _bins;
    private readonly AugmentationStyle _style;

    public RandAugment(
        int operations = 2, int magnitude = 9, int bins = 31, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default)
    {
        _operations = (int)Require.Between(1, AugmentationBounds.MostOperations, operations);
        _bins = (int)Require.Between(2, AugmentationBounds.MostBins, bins);
        _magnitude = (int)Require.Between(0, bins - 1, magnitude);
        _style = new AugmentationStyle(Require.Defined(filter), fill);
    }

    public bool IsRandom => true;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant($"RandAugment {_operations} operations, magnitude {_magnitude} of {_bins} bins, {_style}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        MagnitudeRange[] ranges = MagnitudeRange.Standard(_bins, image.Width, image.Height);
        PixelBuffer result = image;
        for (int operation = 0; operation < _operations; operation++)
        {
            MagnitudeRange range = ranges[random.NextInt32(ranges.Length)];
            result = _style.Advance(result, image, range.Operation, range.At(_magnitude, random));
        }
        return result;
    }
}
