using TransferLearning.Imaging;
using TransferLearning.Internal;
using TransferLearning.Randomness;

namespace TransferLearning.Transforms;

public sealed partial class TransformPipeline
{
    /// <summary>Adds a resize of the shorter side that keeps the proportions.</summary>
    /// <param name="shorterSide">Its new length in pixels; at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline Resize(int shorterSide, Interpolation interpolation = Interpolation.Bilinear) =>
        Then(new Resize(shorterSide, interpolation));

    /// <summary>Adds a resize to an exact size.</summary>
    /// <param name="width">The new width in pixels; at least 1.</param>
    /// <param name="height">The new height in pixels; at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline Resize(int width, int height, Interpolation interpolation = Interpolation.Bilinear) =>
        Then(new Resize(width, height, interpolation));

    /// <summary>Adds a center crop; a smaller image is set on black first.</summary>
    /// <param name="size">The square's side in pixels; at least 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public TransformPipeline CenterCrop(int size) => Then(new CenterCrop(size));

    /// <summary>Adds cutting out the central rectangle; a smaller image is set on black first.</summary>
    /// <param name="width">The rectangle's width in pixels; at least 1.</param>
    /// <param name="height">The rectangle's height in pixels; at least 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public TransformPipeline CenterCrop(int width, int height) => Then(new CenterCrop(width, height));

    /// <summary>Adds cutting out a random part and scaling it to a square.</summary>
    /// <param name="size">The square's side in pixels; at least 1.</param>
    /// <param name="minimumArea">The smallest share of the image's area; above 0.</param>
    /// <param name="maximumArea">The largest share of the image's area; at most 1.</param>
    /// <param name="minimumRatio">The smallest width over height of the part; above 0.</param>
    /// <param name="maximumRatio">The largest width over height of the part.</param>
    /// <param name="interpolation">The filter.</param>
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

    /// <summary>Adds mirroring left to right by chance.</summary>
    /// <param name="probability">How often it mirrors, 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomHorizontalFlip(double probability = 0.5) => Then(new RandomHorizontalFlip(probability));

    /// <summary>Adds random changes of brightness, contrast, saturation and hue, in random order.</summary>
    /// <param name="brightness">The factor is uniform from 1 less this (at least 0) to 1 more; 0 leaves brightness alone.</param>
    /// <param name="contrast">The same for contrast.</param>
    /// <param name="saturation">The same for saturation.</param>
    /// <param name="hue">The largest turn of the hue either way, as a share of the whole circle; 0 to 0.5.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline ColorJitter(double brightness = 0, double contrast = 0, double saturation = 0, double hue = 0) =>
        Then(new ColorJitter(brightness, contrast, saturation, hue));

    /// <summary>Adds a turn about the middle by a random angle; the size stays.</summary>
    /// <param name="degrees">The largest angle either way, 0 to 180.</param>
    /// <param name="filter">How colors between pixels are found.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomRotation(double degrees, RotationFilter filter = RotationFilter.Nearest) =>
        Then(new RandomRotation(degrees, filter));

    /// <summary>Adds any operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>A longer pipeline.</returns>
    public TransformPipeline Then(ITransform operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new TransformPipeline([.. Operations, operation], Statistics);
    }

    /// <summary>Adds an operation given as a function, which must keep to what <see cref="ITransform"/> asks.</summary>
    /// <param name="operation">Takes the image, which it must not change, and the source of every random decision.</param>
    /// <returns>A longer pipeline.</returns>
    public TransformPipeline Then(Func<PixelBuffer, RandomStream, PixelBuffer> operation) => Then(new Lambda(operation));

    /// <summary>Adds the operations of another pipeline, and its statistics where it has any.</summary>
    /// <param name="next">The pipeline that follows.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="InvalidOperationException">Both pipelines have statistics.</exception>
    public TransformPipeline Then(TransformPipeline next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var joined = new TransformPipeline([.. Operations, .. next.Operations], Statistics);
        return next.Statistics is null ? joined : joined.Normalize(next.Statistics);
    }

    /// <summary>Sets the statistics that a loader used on its own normalizes the result with. A <c>Trainer</c> refuses others than its preprocessing's.</summary>
    /// <param name="statistics">The mean and deviation of each channel.</param>
    /// <returns>A pipeline with them.</returns>
    /// <exception cref="InvalidOperationException">The pipeline has statistics already.</exception>
    public TransformPipeline Normalize(ChannelStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return Statistics is null
            ? new TransformPipeline(Operations, statistics)
            : throw new InvalidOperationException($"The pipeline is normalized with {Statistics} already; it cannot be normalized with {statistics} too. Call {nameof(Normalize)} once.");
    }
}
