using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

public sealed partial class TransformPipeline
{
    /// <summary>Adds a resize of the shorter side that keeps the aspect ratio.</summary>
    /// <param name="shorterSide">Its new length in pixels; at least 1.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline Resize(int shorterSide, Interpolation interpolation = Interpolation.Bilinear) =>
        Then(new Resize(shorterSide, interpolation));

    /// <summary>Adds a resize to an exact size.</summary>
    /// <param name="width">The new width in pixels; at least 1.</param>
    /// <param name="height">The new height in pixels; at least 1.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline Resize(int width, int height, Interpolation interpolation = Interpolation.Bilinear) =>
        Then(new Resize(width, height, interpolation));

    /// <summary>Adds a center crop; a smaller image is padded with black first.</summary>
    /// <param name="size">The square's side in pixels; at least 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public TransformPipeline CenterCrop(int size) => Then(new CenterCrop(size));

    /// <summary>Adds a rectangular center crop; a smaller image is padded with black first.</summary>
    /// <param name="width">The rectangle's width in pixels; at least 1.</param>
    /// <param name="height">The rectangle's height in pixels; at least 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public TransformPipeline CenterCrop(int width, int height) => Then(new CenterCrop(width, height));

    /// <summary>Adds a random resized crop: crops a random part and resizes it to a square.</summary>
    /// <param name="size">The square's side in pixels; at least 1.</param>
    /// <param name="minimumArea">The minimum area of the crop, as a fraction of the image; above 0.</param>
    /// <param name="maximumArea">The maximum area of the crop, as a fraction of the image; at most 1.</param>
    /// <param name="minimumRatio">The minimum aspect ratio (width / height) of the crop; above 0.</param>
    /// <param name="maximumRatio">The maximum aspect ratio (width / height) of the crop.</param>
    /// <param name="interpolation">The interpolation.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomResizedCrop(
        int size,
        double minimumArea = 0.08,
        double maximumArea = 1,
        double minimumRatio = 3.0 / 4,
        double maximumRatio = 4.0 / 3,
        Interpolation interpolation = Interpolation.Bilinear) =>
        Then(new RandomResizedCrop(Require.AtLeast(1, size), size, minimumArea, maximumArea, minimumRatio, maximumRatio, interpolation));

    /// <summary>Adds a random horizontal flip.</summary>
    /// <param name="probability">The probability of a flip; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomHorizontalFlip(double probability = 0.5) => Then(new RandomHorizontalFlip(probability));

    /// <summary>Adds a color jitter: random changes of brightness, contrast, saturation and hue, in random order.</summary>
    /// <param name="brightness">The factor is uniform over [max(0, 1 - brightness), 1 + brightness]; 0 does not change the brightness.</param>
    /// <param name="contrast">The same for contrast.</param>
    /// <param name="saturation">The same for saturation.</param>
    /// <param name="hue">The maximum hue shift in either direction, as a fraction of the color circle; 0 to 0.5.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0) =>
        Then(new ColorJitter(brightness, contrast, saturation, hue));

    /// <summary>Adds a rotation about the center by a random angle; the size does not change.</summary>
    /// <param name="degrees">The maximum angle in either direction, in degrees; 0 to 180.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomRotation(double degrees, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default) =>
        Then(new RandomRotation(degrees, filter, fill));

    /// <summary>Adds a transform.</summary>
    /// <param name="operation">The transform.</param>
    /// <returns>A longer pipeline.</returns>
    public TransformPipeline Then(ITransform operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new TransformPipeline([.. Operations, operation], Statistics);
    }

    /// <summary>Adds a transform given as a function; the requirements of <see cref="ITransform"/> apply to it.</summary>
    /// <param name="operation">Takes the image, which it must not change, and the random sequence.</param>
    /// <returns>A longer pipeline.</returns>
    public TransformPipeline Then(Func<PixelBuffer, RandomStream, PixelBuffer> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Then(new Lambda(operation));
    }

    /// <summary>Adds the operations of another pipeline, and its statistics if it has any.</summary>
    /// <param name="next">The pipeline that follows.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="InvalidOperationException">Both pipelines have statistics.</exception>
    public TransformPipeline Then(TransformPipeline next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var joined = new TransformPipeline([.. Operations, .. next.Operations], Statistics);
        return next.Statistics is null ? joined : joined.Normalize(next.Statistics);
    }

    /// <summary>Sets the mean and standard deviation for normalization. A <c>Trainer</c> refuses other statistics than those of its preprocessing.</summary>
    /// <param name="statistics">The mean and standard deviation of each channel.</param>
    /// <returns>A pipeline with them.</returns>
    /// <exception cref="InvalidOperationException">The pipeline has statistics already.</exception>
    public TransformPipeline Normalize(ChannelStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return Statistics is null
            ? new TransformPipeline(Operations, statistics)
            : throw new InvalidOperationException(
                $"The pipeline is already normalized with {Statistics}; it cannot also be normalized with {statistics}. Call {nameof(Normalize)} once.");
    }
}

/// <summary>A transform given as a function.</summary>
internal sealed class Lambda(Func<PixelBuffer, RandomStream, PixelBuffer> function) : ITransform
{
    private readonly Func<PixelBuffer, RandomStream, PixelBuffer> _function = function;

    public PixelBuffer Apply(PixelBuffer image, RandomStream random) => _function(image, random);
}
