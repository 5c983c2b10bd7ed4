using System.Globalization;
using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

/// <summary>Crops a part of random area and aspect ratio, and resizes it to a fixed size: the usual first transform of training.</summary>
/// <remarks>
/// Source: Szegedy et al., "Going Deeper with Convolutions", 2015, as torchvision's RandomResizedCrop defines it: the
/// relative area is uniform, the logarithm of the aspect ratio too; after ten tries that do not fit, the largest central
/// part of an allowed ratio is taken.
/// </remarks>
public sealed class RandomResizedCrop : IPartialTransform
{
    private const int Tries = 10;

    /// <summary>Creates the transform.</summary>
    /// <param name="width">The result's width in pixels; at least 1.</param>
    /// <param name="height">The result's height in pixels; at least 1.</param>
    /// <param name="minimumArea">The minimum area of the crop, as a fraction of the image; above 0.</param>
    /// <param name="maximumArea">The maximum area of the crop, as a fraction of the image; at most 1.</param>
    /// <param name="minimumRatio">The minimum aspect ratio (width / height) of the crop; above 0.</param>
    /// <param name="maximumRatio">The maximum aspect ratio (width / height) of the crop.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RandomResizedCrop(
        int width,
        int height,
        double minimumArea = 0.08,
        double maximumArea = 1,
        double minimumRatio = 3.0 / 4,
        double maximumRatio = 4.0 / 3,
        Interpolation interpolation = Interpolation.Bilinear)
    {
        Width = Require.AtLeast(1, width);
        Height = Require.AtLeast(1, height);
        MaximumArea = Require.AboveZeroUpTo(1, maximumArea);
        MinimumArea = Require.AboveZeroUpTo(maximumArea, minimumArea);
        MaximumRatio = Require.AboveZero(maximumRatio);
        MinimumRatio = Require.AboveZeroUpTo(maximumRatio, minimumRatio);
        Interpolation = Require.Defined(interpolation);
    }

    /// <summary>The result's width in pixels.</summary>
    public int Width { get; }

    /// <summary>The result's height in pixels.</summary>
    public int Height { get; }

    /// <summary>The minimum area of the crop, as a fraction of the image.</summary>
    public double MinimumArea { get; }

    /// <summary>The maximum area of the crop, as a fraction of the image.</summary>
    public double MaximumArea { get; }

    /// <summary>The minimum aspect ratio of the crop.</summary>
    public double MinimumRatio { get; }

    /// <summary>The maximum aspect ratio of the crop.</summary>
    public double MaximumRatio { get; }

    /// <summary>The interpolation.</summary>
    public Interpolation Interpolation { get; }

    /// <inheritdoc/>
    public bool IsRandom => true;

    /// <inheritdoc/>
    public bool ReleasesResult => true;

    /// <inheritdoc/>
    public string? Fingerprint => string.Create(
        CultureInfo.InvariantCulture,
        $"RandomResizedCrop {Width}x{Height}, area {MinimumArea:R} to {MaximumArea:R}, ratio {MinimumRatio:R} to {MaximumRatio:R}, {Interpolation}");

    /// <inheritdoc/>
    public PixelBuffer Apply(PixelBuffer image, RandomStream random) =>
        ApplyToPart(image, ChoosePart(image.Width, image.Height, random));

    /// <inheritdoc/>
    public PixelBuffer ApplyToPart(PixelBuffer image, PixelRectangle part) => Resampler.Resize(image, part, Width, Height, Interpolation);

    /// <inheritdoc/>
    public PixelRectangle ChoosePart(int width, int height, RandomStream random)
    {
        double area = (double)width * height;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double wantedArea = area * random.Uniform(MinimumArea, MaximumArea);
            double ratio = Math.Exp(random.Uniform(Math.Log(MinimumRatio), Math.Log(MaximumRatio)));
            double partWidth = Math.Round(Math.Sqrt(wantedArea * ratio));
            double partHeight = Math.Round(Math.Sqrt(wantedArea / ratio));
            if (partWidth >= 1 && partWidth <= width && partHeight >= 1 && partHeight <= height)
            {
                int top = random.NextInt32(height - (int)partHeight + 1);
                int left = random.NextInt32(width - (int)partWidth + 1);
                return new PixelRectangle(left, top, (int)partWidth, (int)partHeight);
            }
        }
        return LargestCentralPart(width, height);
    }

    private PixelRectangle LargestCentralPart(int width, int height)
    {
        double ratio = (double)width / height;
        int partWidth = ratio > MaximumRatio ? AtLeastOne(height * MaximumRatio) : width;
        int partHeight = ratio < MinimumRatio ? AtLeastOne(width / MinimumRatio) : height;
        return new PixelRectangle((width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight);

        static int AtLeastOne(double side) => Math.Max((int)Math.Round(side), 1);
    }
}
