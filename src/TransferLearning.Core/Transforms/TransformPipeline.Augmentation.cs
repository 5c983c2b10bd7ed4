using TransferLearning.Imaging;
using TransferLearning.Transforms.Augmentation;

namespace TransferLearning.Transforms;

// torchvision's augmentations; docs/augmentation.md says what each costs and when it hurts.
public sealed partial class TransformPipeline
{
    /// <summary>Adds a random vertical flip, for images without an up and down.</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomVerticalFlip(double probability = 0.5) =>
        Then(RandomAdjustment.VerticalFlip(probability));

    /// <summary>Adds a random grayscale: all channels become the luma.</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomGrayscale(double probability = 0.1) =>
        Then(RandomAdjustment.Grayscale(probability));

    /// <summary>Adds a random inversion of all values.</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomInvert(double probability = 0.5) =>
        Then(RandomAdjustment.Invert(probability));

    /// <summary>Adds a random posterization: only the upper bits of each value are kept.</summary>
    /// <param name="bits">The number of bits; 0 to 8.</param>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomPosterize(int bits, double probability = 0.5) =>
        Then(RandomAdjustment.Posterize(bits, probability));

    /// <summary>Adds a random solarization: values from a threshold on are inverted.</summary>
    /// <param name="threshold">The smallest inverted value; 0 to 256.</param>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomSolarize(double threshold, double probability = 0.5) =>
        Then(RandomAdjustment.Solarize(threshold, probability));

    /// <summary>Adds a random change of sharpness by a fixed factor.</summary>
    /// <param name="factor">0 smooths, 1 changes nothing, 2 sharpens; at least 0.</param>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomSharpness(double factor, double probability = 0.5) =>
        Then(RandomAdjustment.AdjustSharpness(factor, probability));

    /// <summary>Adds a random autocontrast: each channel is stretched onto 0 to 255.</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomAutoContrast(double probability = 0.5) =>
        Then(RandomAdjustment.AutoContrast(probability));

    /// <summary>Adds a random equalization of each channel's histogram.</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public TransformPipeline RandomEqualize(double probability = 0.5) =>
        Then(RandomAdjustment.Equalize(probability));

    /// <summary>Adds a Gaussian blur of random width.</summary>
    /// <param name="kernelSize">The side of the kernel in pixels; odd, 1 to 255.</param>
    /// <param name="minimumSigma">The smallest standard deviation in pixels; above 0.</param>
    /// <param name="maximumSigma">The largest standard deviation in pixels.</param>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline GaussianBlur(int kernelSize, double minimumSigma = 0.1, double maximumSigma = 2, double probability = 1) =>
        Then(new GaussianBlur(kernelSize, minimumSigma, maximumSigma, probability));

    /// <summary>Adds a random rotation, translation, scale and shear about the center; the size does not change.</summary>
    /// <param name="degrees">The maximum rotation in either direction, in degrees; 0 to 180.</param>
    /// <param name="translateX">The maximum translation in either direction, as a fraction of the width; 0 to 1.</param>
    /// <param name="translateY">The maximum translation in either direction, as a fraction of the height; 0 to 1.</param>
    /// <param name="minimumScale">The minimum scale; 0.01 to 100.</param>
    /// <param name="maximumScale">The maximum scale; 0.01 to 100.</param>
    /// <param name="shearX">The maximum shear along the rows in either direction, in degrees; 0 to 80.</param>
    /// <param name="shearY">The maximum shear along the columns in either direction, in degrees; 0 to 80.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomAffine(
        double degrees = 0,
        double translateX = 0,
        double translateY = 0,
        double minimumScale = 1,
        double maximumScale = 1,
        double shearX = 0,
        double shearY = 0,
        SamplingFilter filter = SamplingFilter.Nearest,
        PixelColor fill = default) =>
        Then(new RandomAffine(degrees, translateX, translateY, minimumScale, maximumScale, shearX, shearY, filter, fill));

    /// <summary>Adds a random perspective: each corner is moved inwards.</summary>
    /// <param name="distortion">The maximum way of a corner, as a fraction of half the side; 0 to 1.</param>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomPerspective(
        double distortion = 0.5, double probability = 0.5, SamplingFilter filter = SamplingFilter.Bilinear, PixelColor fill = default) =>
        Then(new RandomPerspective(distortion, probability, filter, fill));

    /// <summary>Adds a random erasing of a rectangle, usually as the last operation (Zhong et al., 2020).</summary>
    /// <param name="probability">The probability; 0 to 1.</param>
    /// <param name="minimumArea">The minimum area, as a fraction of the image; above 0.</param>
    /// <param name="maximumArea">The maximum area, as a fraction of the image; at most 1.</param>
    /// <param name="minimumRatio">The minimum of height / width; above 0.</param>
    /// <param name="maximumRatio">The maximum of height / width.</param>
    /// <param name="fill">What takes the place of the rectangle.</param>
    /// <param name="color">The color for <see cref="ErasingFill.Color"/>; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandomErasing(
        double probability = 0.5,
        double minimumArea = 0.02,
        double maximumArea = 0.33,
        double minimumRatio = 0.3,
        double maximumRatio = 3.3,
        ErasingFill fill = ErasingFill.Mean,
        PixelColor color = default) =>
        Then(new RandomErasing(probability, minimumArea, maximumArea, minimumRatio, maximumRatio, fill, color));

    /// <summary>Adds TrivialAugment in its wide form: one random operation of random magnitude per image (Müller and Hutter, 2021). Nothing to tune.</summary>
    /// <param name="bins">The number of magnitudes; 2 to 1001.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline TrivialAugmentWide(int bins = 31, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default) =>
        Then(new TrivialAugmentWide(bins, filter, fill));

    /// <summary>Adds RandAugment: some random operations of one magnitude per image (Cubuk et al., 2020).</summary>
    /// <param name="operations">The number of operations; 1 to 32.</param>
    /// <param name="magnitude">The strength; 0 to one less than the number of bins.</param>
    /// <param name="bins">The number of magnitudes; 2 to 1001.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline RandAugment(
        int operations = 2, int magnitude = 9, int bins = 31, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default) =>
        Then(new RandAugment(operations, magnitude, bins, filter, fill));

    /// <summary>Adds AutoAugment: a random pair of operations of a learned policy per image (Cubuk et al., 2019).</summary>
    /// <param name="policy">The data set that the policy was learned on.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline AutoAugment(
        AutoAugmentPolicy policy = AutoAugmentPolicy.ImageNet, SamplingFilter filter = SamplingFilter.Nearest, PixelColor fill = default) =>
        Then(new AutoAugment(policy, filter, fill));

    /// <summary>Adds AugMix: a random mixture of the image with chains of operations on it (Hendrycks et al., 2020).</summary>
    /// <param name="severity">The strength; 1 to 10.</param>
    /// <param name="chains">The number of chains; 1 to 16.</param>
    /// <param name="depth">The number of operations per chain, 1 to 32; 1 to 3 at random by default.</param>
    /// <param name="alpha">The parameter of the mixture's beta and Dirichlet distributions; above 0.</param>
    /// <param name="allOperations">Whether brightness, color, contrast and sharpness, which benchmarks of corrupted images test, are among them.</param>
    /// <param name="filter">The interpolation.</param>
    /// <param name="fill">The color of empty areas; black by default.</param>
    /// <returns>A longer pipeline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TransformPipeline AugMix(
        int severity = 3,
        int chains = 3,
        int? depth = null,
        double alpha = 1,
        bool allOperations = true,
        SamplingFilter filter = SamplingFilter.Bilinear,
        PixelColor fill = default) =>
        Then(new AugMix(severity, chains, depth, alpha, allOperations, filter, fill));
}
