using TransferLearning.Heads;
using TransferLearning.Predictions;
using TransferLearning.Published;
using TransferLearning.Training.SolvedHeads;

namespace TransferLearning.Training;

// How the head starts, if not from random weights.
public sealed partial record TrainerOptions
{
    /// <summary>The settings that <see cref="Trainer.SolveHead"/> starts from: the head is solved at once, and no epoch follows, so that
    /// settings which only epochs have are refused.</summary>
    /// <inheritdoc cref="ForFineTuning" path="/param"/>
    /// <inheritdoc cref="ForFineTuning" path="/returns"/>
    public static TrainerOptions ForSolvingTheHead(PretrainedBackbone backbone, DatasetSplit data) =>
        ForFeatureExtraction(backbone, data) with { Epochs = 0, HeadStart = HeadStart.Solved() };

    /// <summary>What the head is before the first step. A solved head is epoch 0, which may become the best one like any other.</summary>
    /// <value><see cref="HeadStart.SolvedIfPossible"/> by default; <see cref="TrainingRun.Options"/> says what became of it.</value>
    public HeadStart HeadStart { get; init; } = HeadStart.SolvedIfPossible;

    /// <summary>The features of the training images that the head is solved on. Batch transforms and the sampler are for the epochs after it.</summary>
    /// <value><see cref="HeadViews.AsPredicted"/> by default.</value>
    public HeadViews HeadViews { get; init; }

    /// <summary>Whether the model keeps sums over the features of its images, so that <see cref="Trainer.ExtendHead"/> can add others.</summary>
    /// <value>False by default. They take 13 MB at 1280 features.</value>
    public bool KeepHeadStatistics { get; init; }

    /// <summary>How many views of each training image the head is solved on.</summary>
    internal int SolvedViews => HeadViews == HeadViews.Augmented ? Math.Max(1, Features.Views) : 1;

    /// <summary>A head with its statistics, which the images of this fit are added to.</summary>
    internal EarlierHead? Earlier { get; init; }

    /// <summary>How outputs are read: as those of the earlier head, if images are added to one, and as the task says.</summary>
    internal OutputReading Reading => Earlier is { } earlier && earlier.Reading.Identifier == Task.Reading.Identifier ? earlier.Reading : Task.Reading;

}
