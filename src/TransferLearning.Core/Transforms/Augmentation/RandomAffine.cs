using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Turns, moves, scales and shears the image about its center by random amounts; the size does not change.</summary>
/// <remarks>torchvision's RandomAffine: uniform amounts, a translation of whole pixels.</remarks>
internal sealed class RandomAffine : ITransform
{
    private const double LargestShear = 80;
    private const double LargestScale = 100;

    private readonly double _degrees;
    private readonly double _translateX;
    private readonly double _translateY;
    private readonly double _minimumScale;
    private readonly double _maximumScale;
    private readonly double _shearX;
    private readonly double _shearY;
    private readonly SamplingFilter _filter;
    private readonly PixelColor _fill;

    public RandomAffine(
        double degrees = 0, double translateX = 0, double translateY = 0, double minimumScale = 1, double maximumScale = 1,
        double shearX = 0, double shearY = 0, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default)
    {
        _degrees = Require.Between(0, 180, degrees);
        _translateX = Require.Between(0, 1, translateX);
        _translateY = Require.Between(0, 1, translateY);
        _maximumScale = Require.Between(1 / LargestScale, LargestScale, maximumScale);
        _minimumScale = Require.Between(1 / LargestScale, maximumScale, minimumScale);
        _shearX = Require.Between(0, LargestShear, shearX);
        _shearY = Require.Between(0, LargestShear, shearY);
        _filter = Require.Defined(filter);
        _fill = fill;
    }

    public bool IsRandom => _degrees > 0 || _translateX > 0 || _translateY > 0 || _minimumScale < _maximumScale || _shearX > 0 || _shearY > 0;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant(
        $"RandomAffine {_degrees:R} degrees, translation {_translateX:R} {_translateY:R}, scale {_minimumScale:R} to {_maximumScale:R}, ")
        + FormattableString.Invariant($"shear {_shearX:R} {_shearY:R}, {_filter}, fill {_fill}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        double degrees = random.Uniform(-_degrees, _degrees);
        (double farthestX, double farthestY) = (_translateX * image.Width, _translateY * image.Height);
        (double, double) translation = (Math.Round(random.Uniform(-farthestX, farthestX)), Math.Round(random.Uniform(-farthestY, farthestY)));
        double scale = random.Uniform(_minimumScale, _maximumScale);
        (double, double) shear = (random.Uniform(-_shearX, _shearX), random.Uniform(-_shearY, _shearY));
        var map = PixelMap.Affine((image.Width * 0.5, image.Height * 0.5), degrees, translation, scale, shear);
        return Warp.Apply(image, map, _filter, _fill);
    }
}
