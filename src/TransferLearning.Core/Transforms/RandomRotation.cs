using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Rotates the image about its center by a random angle. The size does not change; corners are cut off and empty areas are black.</summary>
public sealed class RandomRotation : ITransform
{
    /// <summary>Makes the operation.</summary>
    /// <param name="degrees">The largest angle; the angle is uniform from its negative to itself. 0 to 180.</param>
    /// <param name="filter">How colors between pixels are found.</param>
    /// <exception cref="ArgumentOutOfRangeException">The angle is not from 0 to 180, or the filter is not one of the enumeration's.</exception>
    public RandomRotation(double degrees, RotationFilter filter = RotationFilter.Nearest)
    {
        Degrees = Require.Between(0, 180, degrees);
        Filter = Require.Defined(filter);
    }

    /// <summary>The largest angle in degrees, either way.</summary>
    /// <value>0 to 180.</value>
    public double Degrees { get; }

    /// <summary>How colors between pixels are found.</summary>
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

/// <summary>How a rotation finds the color of a place between pixels.</summary>
public enum RotationFilter
{
    /// <summary>The nearest pixel's; torchvision's default.</summary>
    Nearest,

    /// <summary>A weighted mean of the four pixels around; smoother and slower.</summary>
    Bilinear,
}
