namespace TransferLearning.Transforms;

/// <summary>The mean and standard deviation for normalization: (value / 255 - mean) / deviation. Immutable.</summary>
/// <param name="Mean">Of red, green and blue, on the scale of 0 to 1.</param>
/// <param name="StandardDeviation">Of red, green and blue, on the scale of 0 to 1; above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A mean is not finite, or a deviation is not a finite number above 0.</exception>
public sealed record ChannelStatistics(Rgb Mean, Rgb StandardDeviation)
{
    /// <summary>The usual statistics of networks trained on ImageNet: mean (0.485, 0.456, 0.406), deviation (0.229, 0.224, 0.225).</summary>
    public static ChannelStatistics ImageNet { get; } = new(new Rgb(0.485f, 0.456f, 0.406f), new Rgb(0.229f, 0.224f, 0.225f));

    /// <summary>Maps 0 to 255 onto -1 to 1: mean and deviation 0.5.</summary>
    public static ChannelStatistics Inception { get; } = new(new Rgb(0.5f, 0.5f, 0.5f), new Rgb(0.5f, 0.5f, 0.5f));

    /// <summary>For a network that takes 0 to 255 less a mean, as Caffe's and CNTK's do.</summary>
    /// <param name="mean">Of red, green and blue, on the scale of 0 to 255.</param>
    /// <returns>value - mean.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A mean is not finite.</exception>
    public static ChannelStatistics Of255(Rgb mean) =>
        new(new Rgb(mean.Red / 255, mean.Green / 255, mean.Blue / 255), new Rgb(1f / 255, 1f / 255, 1f / 255));

    /// <summary>Of red, green and blue, on the scale of 0 to 1.</summary>
    /// <value>Finite.</value>
    public Rgb Mean { get; init => field = CheckedMean(value); } = CheckedMean(Mean);

    /// <summary>Of red, green and blue, on the scale of 0 to 1.</summary>
    /// <value>Finite and above 0.</value>
    public Rgb StandardDeviation { get; init => field = CheckedDeviation(value); } = CheckedDeviation(StandardDeviation);

    private static Rgb CheckedMean(Rgb mean) => mean.All(float.IsFinite)
        ? mean
        : throw new ArgumentOutOfRangeException(nameof(Mean), mean, "Every channel's mean must be finite.");

    private static Rgb CheckedDeviation(Rgb deviation) => deviation.All(value => float.IsFinite(value) && value > 0)
        ? deviation
        : throw new ArgumentOutOfRangeException(
            nameof(StandardDeviation), deviation, "Every channel's standard deviation must be finite and above 0: pixels are divided by it.");
}

/// <summary>One number for each color channel.</summary>
/// <param name="Red">The red channel's.</param>
/// <param name="Green">The green channel's.</param>
/// <param name="Blue">The blue channel's.</param>
public readonly record struct Rgb(float Red, float Green, float Blue)
{
    internal bool All(Predicate<float> condition) => condition(Red) && condition(Green) && condition(Blue);
}
