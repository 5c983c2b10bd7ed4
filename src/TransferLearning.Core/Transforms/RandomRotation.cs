using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Transforms;

/// <summary>Rotates the image about its center by a random angle. The size does not change; corners are cut off and empty areas are filled.</summary>
public sealed class RandomRotation : ITransform
{
    /// <summary>Creates the transform.</summary>
    /// <param name="degrees">The maximum angle in degrees, 0 to 180; the angle is uniform from its negative to itself.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RandomRotation(double degrees, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default)
    {
        Degrees = Require.Between(0, 180, degrees);
        Filter = Require.Defined(filter);
        Fill = fill;
    }

    /// <summary>The maximum angle in either direction, in degrees.</summary>
    public double Degrees { get; }

    /// <summary>The interpolation.</summary>
    public SamplingFilter Filter { get; }

    /// <summary>The color of empty areas.</summary>
    public PixelColor Fill { get; }

    /// <inheritdoc/>
    public bool IsRandom => Degrees > 0;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => FormattableString.Invariant($"RandomRotation {Degrees:R} degrees, {Filter}, fill {Fill}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        double angle = random.Uniform(-Degrees, Degrees);
        return angle == 0 ? image : Warp.Apply(image, PixelMap.Rotation(angle, image.Width, image.Height), Filter, Fill);
    }
}
