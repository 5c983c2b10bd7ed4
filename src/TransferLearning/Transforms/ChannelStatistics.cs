namespace TransferLearning.Transforms;

/// <summary>The mean and standard deviation that a network's input is normalised with: (value / 255 - mean) / deviation.</summary>
/// <param name="Mean">Of red, green and blue, on the scale of 0 to 1.</param>
/// <param name="StandardDeviation">Of red, green and blue, on the scale of 0 to 1; not 0.</param>
public sealed record ChannelStatistics(Rgb Mean, Rgb StandardDeviation)
{
    /// <summary>What networks trained on ImageNet usually expect: mean (0.485, 0.456, 0.406), deviation (0.229, 0.224, 0.225).</summary>
    public static ChannelStatistics ImageNet { get; } = new(new Rgb(0.485f, 0.456f, 0.406f), new Rgb(0.229f, 0.224f, 0.225f));

    /// <summary>Maps 0 to 255 onto -1 to 1: mean and deviation 0.5.</summary>
    public static ChannelStatistics Inception { get; } = new(new Rgb(0.5f, 0.5f, 0.5f), new Rgb(0.5f, 0.5f, 0.5f));
}
