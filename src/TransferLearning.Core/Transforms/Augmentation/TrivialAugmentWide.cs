using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Applies one operation, chosen at random, with a random magnitude.</summary>
/// <remarks>
/// Source: Müller and Hutter, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", ICCV 2021, with torchvision's wide space.
/// </remarks>
internal sealed class TrivialAugmentWide : ITransform
{
    private readonly int _bins;
    private readonly AugmentationStyle _style;
    private readonly MagnitudeRange[] _ranges;

    public TrivialAugmentWide(int bins = 31, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default)
    {
        _bins = (int)Require.Between(2, AugmentationBounds.MostBins, bins);
        _style = new AugmentationStyle(Require.Defined(filter), fill);
        _ranges = MagnitudeRange.Wide(bins);
    }

    public bool IsRandom => true;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant($"TrivialAugmentWide {_bins} bins, {_style}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        MagnitudeRange range = _ranges[random.NextInt32(_ranges.Length)];
        return _style.Apply(image, range.Operation, range.Draw(_bins, random));
    }
}

/// <summary>Bounds of what one image may cost.</summary>
internal static class AugmentationBounds
{
    public const int MostBins = 1001;
    public const int MostOperations = 32;
}
