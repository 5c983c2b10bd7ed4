using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Flips the image horizontally with a given probability.</summary>
public sealed class RandomHorizontalFlip : ITransform
{
    private const int MirroredSideways = 2;

    /// <summary>Creates the transform.</summary>
    /// <param name="probability">The probability of a flip; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public RandomHorizontalFlip(double probability = 0.5) => Probability = Require.Between(0, 1, probability);

    /// <summary>The probability of a flip.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public bool IsRandom => Probability is > 0 and < 1;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => FormattableString.Invariant($"RandomHorizontalFlip {Probability:R}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random) =>
        random.NextDouble() < Probability ? ExifOrientation.Apply(image, MirroredSideways) : image;
}
