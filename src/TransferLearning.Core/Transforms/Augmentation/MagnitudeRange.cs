using TransferLearning.Randomness;
using static TransferLearning.Transforms.Augmentation.AugmentationOperation;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>An operation and the magnitudes that it may have, in steps from weak to strong.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Magnitudes">One for each step; empty where the operation has none.</param>
/// <param name="IsSigned">Whether a magnitude may be negative.</param>
internal sealed record MagnitudeRange(AugmentationOperation Operation, float[] Magnitudes, bool IsSigned)
{
    /// <summary>The magnitudes of TrivialAugment's wide space, for images of any size.</summary>
    public static MagnitudeRange[] Wide(int bins) =>
    [
        Plain(Identity),
        .. Signed(0.99f, bins, ShearX, ShearY),
        .. Signed(32, bins, TranslateX, TranslateY),
        .. Signed(135, bins, Rotate),
        .. Signed(0.99f, bins, Brightness, Color, Contrast, AugmentationOperation.Sharpness),
        new(Posterize, Bits(8, bins, steps: 6), false),
        new(Solarize, Steps(255, 0, bins), false),
        Plain(AutoContrast),
        Plain(Equalize),
    ];

    /// <summary>The magnitudes of RandAugment.</summary>
    public static MagnitudeRange[] Standard(int bins, int width, int height) =>
        [Plain(Identity), .. Learned(bins, width, height)[..^1]];

    /// <summary>The magnitudes of AutoAugment; translations are relative to the image.</summary>
    public static MagnitudeRange[] Learned(int bins, int width, int height) =>
    [
        .. Signed(0.3f, bins, ShearX, ShearY),
        .. Signed((float)(150.0 / 331.0 * width), bins, TranslateX),
        .. Signed((float)(150.0 / 331.0 * height), bins, TranslateY),
        .. Signed(30, bins, Rotate),
        .. Signed(0.9f, bins, Brightness, Color, Contrast, AugmentationOperation.Sharpness),
        new(Posterize, Bits(8, bins, steps: 4), false),
        new(Solarize, Steps(255, 0, bins), false),
        Plain(AutoContrast),
        Plain(Equalize),
        Plain(Invert),
    ];

    /// <summary>The magnitudes of AugMix, with the operations that overlap with corruptions of benchmarks or without.</summary>
    public static MagnitudeRange[] Mixing(int bins, int width, int height, bool allOperations) =>
    [
        .. Signed(0.3f, bins, ShearX, ShearY),
        .. Signed((float)(width / 3.0), bins, TranslateX),
        .. Signed((float)(height / 3.0), bins, TranslateY),
        .. Signed(30, bins, Rotate),
        new(Posterize, Bits(4, bins, steps: 4), false),
        new(Solarize, Steps(255, 0, bins), false),
        Plain(AutoContrast),
        Plain(Equalize),
        .. allOperations ? Signed(0.9f, bins, Brightness, Color, Contrast, AugmentationOperation.Sharpness) : [],
    ];

    /// <summary>The magnitude of a step, with a random sign if it may be negative.</summary>
    public double At(int bin, RandomStream random)
    {
        double magnitude = Magnitudes.Length == 0 ? 0 : Magnitudes[bin];
        return IsSigned && random.NextInt32(2) == 1 ? -magnitude : magnitude;
    }

    /// <summary>The magnitude of one of the first steps, chosen at random.</summary>
    public double Draw(int bins, RandomStream random) => At(Magnitudes.Length == 0 ? 0 : random.NextInt32(bins), random);

    private static MagnitudeRange Plain(AugmentationOperation operation) => new(operation, [], false);

    private static IEnumerable<MagnitudeRange> Signed(float largest, int bins, params AugmentationOperation[] operations) =>
        operations.Select(operation => new MagnitudeRange(operation, Steps(0, largest, bins), true));

    // As torch.linspace rounds on processors with AVX2: whole pairs of eight from the first of the eight, the rest from the nearer end.
    private static float[] Steps(float first, float last, int bins)
    {
        float step = (last - first) / (bins - 1);
        int paired = bins / 16 * 16;
        return [.. Enumerable.Range(0, bins).Select(bin => bin < paired ? FromEnd(bin / 8 * 8) + step * (bin % 8) : FromEnd(bin))];

        float FromEnd(int bin) => (float)(bin < bins / 2 ? first + (double)step * bin : last - (double)step * (bins - 1 - bin));
    }

    private static float[] Bits(int most, int bins, int steps) =>
        [.. Enumerable.Range(0, bins).Select(bin => most - MathF.Round(bin / (float)((bins - 1.0) / steps)))];
}
