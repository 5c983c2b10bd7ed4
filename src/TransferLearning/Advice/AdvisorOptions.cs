using TransferLearning.Training;

namespace TransferLearning;

/// <summary>How a <see cref="TrainingAdvisor"/> measures. Immutable.</summary>
public sealed record AdvisorOptions
{
    private const int FewestImages = 10;
    private const int MostImages = 4096; // all pairs of images are compared, in memory

    /// <summary>The number of training images that features are measured on, every class with its share, two at least.</summary>
    /// <value>10 to 4096; 600 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int MaximumImages
    {
        get;
        init => field = value is >= FewestImages and <= MostImages
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaximumImages), value, $"The number of images must be {FewestImages} to {MostImages}.");
    } = 600;

    /// <summary>The seed of the draw of images and of the untrained network.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }

    /// <summary>The settings that a policy is applied to: batch size, augmentation, reader, device. Network and data are those that are asked about.</summary>
    /// <value>Null by default: <see cref="TrainerOptions.ForFineTuning"/>.</value>
    public TrainerOptions? Fit { get; init; }

    /// <summary>Whether some steps are run to estimate the duration of each policy.</summary>
    /// <value>True by default; it takes ten seconds, or as long as 24 batches of fine-tuning if that is more.</value>
    public bool EstimatesTime { get; init; } = true;
}
