using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Rotates the image about its center by a random angle. The size does not change; corners are cut off and empty areas are black.</summary>
public sealed class RandomRotation : ITransform
{
    /// <summary>Creates the transform.</summary>
    /// <param name="degrees">The maximum angle in degrees, 0 to 180; the angle is uniform from its negative to itself.</param>
    /// <param name="filter">The interpolation.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RandomRotation(double degrees, RotationFilter filter = RotationFilter.Nearest)
    {
        Degrees = Require.Between(0, 180, degrees);
        Filter = Require.Defined(filter);
    }

    /// <summary>The maximum angle in either direction, in degrees.</summary>
    public double Degrees { get; }

    /// <summary>The interpolation.</summary>
    public RotationFilter Filter { get; }

    /// <inheritdoc/>
    public bool IsRandom => Degrees > 0;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => FormattableString.Invariant($"RandomRotation {Degrees:R} degrees, {Filter}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        double angle = random.Uniform(-Degrees, Degrees);
        return angle == 0 ? image : Rotation.Rotate(image, angle, Filter);
    }
}

/// <summary>The interpolation of a rotation.</summary>
public enum RotationFilter
{
    /// <summary>The nearest pixel's; torchvision's default.</summary>
    Nearest,

    /// <summary>A weighted mean of the four nearest pixels; smoother and slower.</summary>
    Bilinear,
}
