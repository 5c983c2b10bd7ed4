using TransferLearning.Advice;
using TransferLearning.Heads;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

namespace TransferLearning.Tests.Advice;

/// <summary>From what trials measure to the duration of a fit.</summary>
public sealed class PolicyDurationsTests
{
    [Fact]
    public void Of_ScalesEpochsAndFeaturesToAllImages()
    {
        TrainerOptions fit = Fit(trainingEach: 40, validationEach: 10) with { Epochs = 5 };
        var whole = new TimeTrial(Start: 0.5, Head: 1, Epoch: 2, PerTrainingImage: 0.03, PerValidationImage: 0.01, TrainingLeft: 100, ValidationLeft: 10);
        TimeTrial stage = whole with { Start = 9, Head = 9, Epoch = 1 };

        IReadOnlyList<PolicyEstimate> found = PolicyDurations.Of(fit, stage, whole, perFeature: 0.02);

        double head = 0.5 + 1 + 110 * 0.02, wholeEpoch = 2 + 100 * 0.03 + 10 * 0.01;
        double headEpochs = 2 * 120 * 0.02 + 30 * 0.02; // two of training images, and the validation images once
        double[] expected = [head, head + 5 * (wholeEpoch - 1), head + 5 * wholeEpoch, 0.5 + headEpochs + 3 * wholeEpoch];
        Assert.Equal(TrainingPolicy.All, found.Select(estimate => estimate.Policy));
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Duration.TotalSeconds, 1e-6));
    }

    [Theory]
    [InlineData(1, HeadViews.AsPredicted, 1, 0)] // the second epoch finds the view of the first
    [InlineData(0, HeadViews.AsPredicted, 2, 0)] // nothing is kept
    [InlineData(3, HeadViews.Augmented, 2, 2)] // the trial solved on one view
    public void Of_CountsTheViewsThatAreComputed(int views, HeadViews headViews, int passes, int morePasses)
    {
        TrainerOptions fit = Fit(trainingEach: 10, validationEach: 5) with { HeadViews = headViews };
        fit = fit with { Features = fit.Features with { Views = views } };
        var trial = new TimeTrial(Start: 0, Head: 0, Epoch: 0, PerTrainingImage: 0, PerValidationImage: 0, TrainingLeft: 0, ValidationLeft: 0);

        IReadOnlyList<PolicyEstimate> found = PolicyDurations.Of(fit, trial, trial, perFeature: 1);

        Assert.Equal(morePasses * 30, found[0].Duration.TotalSeconds);
        Assert.Equal(passes * 30 + 15, found[3].Duration.TotalSeconds);
    }

    [Fact]
    public void Run_FitsAFewBatchesForSomeEpochs()
    {
        TrainerOptions fit = Fit(trainingEach: 40, validationEach: 30) with { BatchSize = 8, Epochs = 2, ImageCacheBytes = 1200 };
        TrainerOptions? seen = null;
        int epochs = 0;

        var trial = TimeTrial.Run(TrainingPolicy.ProbeThenFineTune.Apply(fit), Run, default);

        Assert.Equal((64, 64, 1, 640), (seen!.Data.Training.Samples.Count, seen.Data.Validation.Samples.Count, seen.Features.Views, seen.ImageCacheBytes));
        Assert.False(Directory.Exists(seen.Features.Store.Directory)); // a store of its own
        Assert.Equal((56, 26), (trial.TrainingLeft, trial.ValidationLeft));
        Assert.InRange(epochs, 3, 30);
        Assert.All([trial.Head, trial.Epoch, trial.PerTrainingImage, trial.PerValidationImage], seconds => Assert.True(seconds > 0));

        TrainingResult Run(TrainerOptions options, CancellationToken cancellationToken)
        {
            seen = options;
            TrainingResult result = new Trainer(options).Fit(cancellationToken: cancellationToken);
            epochs = result.Last.Epoch;
            return result;
        }
    }

    [Fact]
    public void Run_OnFewImages_MeasuresAllOfThem()
    {
        TrainerOptions fit = TrainingPolicy.LastStage.Apply(Fit(trainingEach: 4, validationEach: 2));

        var trial = TimeTrial.Run(fit, (options, token) => new Trainer(options).Fit(cancellationToken: token), default);

        Assert.Equal((0, 0), (trial.TrainingLeft, trial.ValidationLeft));
        Assert.Equal(trial.Epoch, trial.WholeEpoch);
    }

    [Fact]
    public void Pace_IsTheMedianOverBatchesButTheFirstOfEachPass()
    {
        var time = new Clock();
        var pace = new Pace(time);
        foreach (int seconds in (int[])[100, 4, 8, 400, -1, 300, 16])
        {
            if (seconds < 0)
            {
                pace.Begin();
                continue;
            }
            time.Now += seconds;
            pace.Passed(4);
        }

        Assert.Equal((2 + 4) / 2.0, pace.PerImage); // of 1, 2, 100 and 4
    }

    [Fact]
    public void Pace_OfOneBatch_IsThatBatchs()
    {
        var time = new Clock();
        var pace = new Pace(time);
        time.Now += 10;
        pace.Passed(4);

        Assert.Equal(2.5, pace.PerImage);
    }

    private static TrainerOptions Fit(int trainingEach, int validationEach) =>
        TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), ToyImages.Split(trainingEach, validationEach)) with { TorchThreads = 1 };

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
