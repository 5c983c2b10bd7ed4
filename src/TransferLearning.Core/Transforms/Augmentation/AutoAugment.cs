using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Applies a pair of operations, chosen at random from a learned policy, each with its probability and magnitude.</summary>
/// <remarks>Source: Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", CVPR 2019, with torchvision's magnitudes.</remarks>
internal sealed class AutoAugment : ITransform
{
    private const int Bins = 10;

    private readonly AutoAugmentPolicy _policy;
    private readonly AugmentationStyle _style;
    private readonly PolicyStep[][] _pairs;

    public AutoAugment(
        AutoAugmentPolicy policy = AutoAugmentPolicy.ImageNet, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default)
    {
        _policy = Require.Defined(policy);
        _style = new AugmentationStyle(Require.Defined(filter), fill);
        _pairs = AutoAugmentPolicies.PairsOf(policy);
    }

    public bool IsRandom => true;

    public bool ReleasesResult => true;

    public string? Fingerprint => $"AutoAugment {_policy}, {_style}";

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        MagnitudeRange[] ranges = MagnitudeRange.Learned(Bins, image.Width, image.Height);
        PixelBuffer result = image;
        foreach (PolicyStep step in _pairs[random.NextInt32(_pairs.Length)])
        {
            double magnitude = Array.Find(ranges, range => range.Operation == step.Operation)!.At(step.Magnitude, random);
            if (random.NextDouble() < step.Probability)
                result = _style.Advance(result, image, step.Operation, magnitude);
        }
        return result;
    }
}

/// <summary>What an AutoAugment policy was learned on.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>ImageNet: mostly colors, few shears.</summary>
    ImageNet,

    /// <summary>CIFAR-10: colors, translations and shears of small images.</summary>
    Cifar10,

    /// <summary>Street View House Numbers: shears and inversions.</summary>
    Svhn,
}
