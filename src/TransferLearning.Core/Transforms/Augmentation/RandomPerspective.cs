using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms.Augmentation;

/// <summary>Moves each corner inwards by a random way with a given probability, as though the image were seen from the side.</summary>
/// <remarks>torchvision's RandomPerspective. Images of one pixel a side, and corners that would coincide, are left as they are.</remarks>
internal sealed class RandomPerspective : ITransform
{
    private readonly double _distortion;
    private readonly double _probability;
    private readonly SamplingFilter _filter;
    private readonly PixelColor _fill;

    public RandomPerspective(
        double distortion = 0.5, double probability = 0.5, SamplingFilter filter = SamplingFilter.Bilinear, PixelColor fill = default)
    {
        _distortion = Require.Between(0, 1, distortion);
        _probability = Require.Between(0, 1, probability);
        _filter = Require.Defined(filter);
        _fill = fill;
    }

    public bool IsRandom => _distortion > 0 && _probability > 0;

    public bool ReleasesResult => true;

    public string? Fingerprint => FormattableString.Invariant(
        $"RandomPerspective distortion {_distortion:R}, probability {_probability:R}, {_filter}, fill {_fill}");

    public PixelBuffer Apply(PixelBuffer image, RandomStream random)
    {
        if (random.NextDouble() >= _probability || image.Width == 1 || image.Height == 1)
            return image;

        (int right, int bottom) = (image.Width - 1, image.Height - 1);
        int wayX = (int)(_distortion * (image.Width / 2)) + 1, wayY = (int)(_distortion * (image.Height / 2)) + 1;
        PixelMap? map = PixelMap.Perspective(
            [(0, 0), (right, 0), (right, bottom), (0, bottom)],
            [
                (random.NextInt32(wayX), random.NextInt32(wayY)),
                (right - random.NextInt32(wayX), random.NextInt32(wayY)),
                (right - random.NextInt32(wayX), bottom - random.NextInt32(wayY)),
                (random.NextInt32(wayX), bottom - random.NextInt32(wayY)),
            ]);
        return map is { } found ? Warp.Apply(image, found, _filter, _fill) : image;
    }
}
