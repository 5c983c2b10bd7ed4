using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Mirrors the image left to right, by chance.</summary>
public sealed class RandomHorizontalFlip : ITransform
{
    private const int MirroredSideways = 2;

    /// <summary>Makes the operation.</summary>
    /// <param name="probability">How often it mirrors: 0 is never, 1 always.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public RandomHorizontalFlip(double probability = 0.5) => Probability = Require.Between(0, 1, probability);

    /// <summary>How often it mirrors.</summary>
    /// <value>0 to 1; 0.5.</value>
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
