using TransferLearning.Advice;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Freezing;
using TransferLearning.Heads;
using TransferLearning.Imaging;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

namespace TransferLearning.Tests.Advice;

public sealed class TrainingAdvisorTests
{
    [Fact]
    public void Recommend_WhereTheHeadIsEnough_RecommendsTheHead()
    {
        TrainingAdvice advice = TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick());

        Assert.Equal(TrainingPolicy.HeadOnFeatures, advice.Policy);
        Assert.Equal(TrainingPolicy.ProbeThenFineTune, advice.RunnerUp);
        Assert.Equal((24, 3, 8, 8), (advice.Data.Images, advice.Data.Classes, advice.Data.Smallest, advice.Data.Largest));
        Assert.InRange(advice.Features.RidgeAccuracy, 0.95, 1);
        Assert.Contains("24 images left out", advice.Reason, StringComparison.Ordinal);
        Assert.Empty(advice.Estimates);
    }

    [Fact]
    public void Recommend_WhereFeaturesTellNothing_RecommendsTraining()
    {
        TrainingAdvice advice = TrainingAdvisor.Recommend(Guesses(), StagedSmallNetwork.Pretrained(), Quick());

        Assert.NotEqual(TrainingPolicy.HeadOnFeatures, advice.Policy);
        Assert.InRange(advice.Features.Similarity!.Value, 0, 0.5);
    }

    [Fact]
    public void Recommend_OnSomeOfTheClasses_ComparesTheHeadWithTheLargestOfThose()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(index => $"{index:00}")];
        InMemoryDataset source = new(
            Enumerable.Range(0, 160).Select(index => new LabeledImage(ToyImages.Encoded(0, new Random(index)), names[index % 20], $"{index}")), names);

        TrainingAdvice advice = TrainingAdvisor.Recommend(
            new DatasetSplit(source, source), StagedSmallNetwork.Pretrained(), Quick() with { MaximumImages = 20 });

        Assert.InRange(advice.Features.RidgeAccuracy, 0.1, 0.5); // of four classes, told apart by nothing
        Assert.Equal(TrainingPolicy.AllLayers, advice.Policy);
    }

    [Theory]
    [InlineData(100, 0.98, 0.9, 0.5, "head on features", "probe, then fine-tune")] // nothing to gain
    [InlineData(20, 0.9, 0.7, 0.5, "head on features", "probe, then fine-tune")] // what could be gained could not be seen
    [InlineData(30, 0.8, 0.96, 0.5, "head on features", "probe, then fine-tune")] // similar and few
    [InlineData(30, 0.8, 0.85, 0.5, "probe, then fine-tune", "last stage")] // few, and similar perhaps
    [InlineData(500, 0.85, 0.9, 0.5, "probe, then fine-tune", "head on features")] // similar and many
    [InlineData(500, 0.6, 0.55, 0.5, "probe, then fine-tune", "last stage")] // dissimilar
    [InlineData(20, 0.65, 0.55, 0.5, "all layers", "probe, then fine-tune")] // perhaps no better than chance
    public void Choose_FollowsSizeAndSimilarity(int images, double ridge, double neighbors, double untrained, string policy, string runnerUp)
    {
        var data = new DatasetSummary { Images = images, Classes = 2, Smallest = images / 2, Largest = images / 2 };

        (TrainingPolicy chosen, TrainingPolicy next, string reason) =
            PolicyRule.Choose(data, Measures(ridge, neighbors, untrained, earlier: 0.5) with { Images = images });

        Assert.Equal((policy, runnerUp), (chosen.Name, next.Name));
        Assert.Contains(FormattableString.Invariant($"{100 * ridge:0.0}"), reason.Replace(" %", "%"), StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_WhereAnEarlierStageIsBetter_TakesTheDataForDissimilar()
    {
        var data = new DatasetSummary { Images = 20, Classes = 2, Smallest = 10, Largest = 10 };

        (TrainingPolicy chosen, _, string reason) = PolicyRule.Choose(data, Measures(0.85, 0.8, 0.5, earlier: 0.9));

        Assert.Equal(TrainingPolicy.ProbeThenFineTune, chosen);
        Assert.StartsWith("Stage stem tells these classes apart better", reason, StringComparison.Ordinal);
    }

    [SkippableTheory, ClassData(typeof(OtherCulture))]
    public void Recommend_Twice_GivesTheSameAdviceInAnyCulture(string culture)
    {
        AdvisorOptions options = Quick() with { MaximumImages = 12, Seed = 4 };
        string first = $"{TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), options)}";
        string second = OtherCulture.Run(culture, () => $"{TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), options)}");

        Assert.Equal(first, second);
        Assert.Contains("measured on 12 images", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_WithDurations_EstimatesEachPolicy()
    {
        TrainingAdvice advice = TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick() with { EstimatesTime = true });

        Assert.Equal(TrainingPolicy.All, advice.Estimates.Select(estimate => estimate.Policy));
        Assert.All(advice.Estimates, estimate => Assert.True(estimate.Duration > TimeSpan.Zero));
        Assert.Contains("about ", $"{advice}", StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_WithAnUnreadableImage_LeavesItOutAndCountsIt()
    {
        var data = new DatasetSplit(ToyImages.WithABrokenOne(), ToyImages.Source(each: 4, seed: 2));
        TrainerOptions fit = Quick().Fit! with { Unreadable = UnreadablePolicy.SkipAndReport };

        TrainingAdvice advice = TrainingAdvisor.Recommend(data, StagedSmallNetwork.Pretrained(), Quick() with { Fit = fit, EstimatesTime = true });

        Assert.Equal((9, 9), (advice.Features.Images, advice.Data.Images));
        Assert.Equal("torn.png", Assert.Single(advice.Features.Skipped).Name);
        Assert.Contains("9 images, each left out; 1 unreadable", $"{advice}", StringComparison.Ordinal);
        FeatureMeasures ranked = Assert.Single(TrainingAdvisor.AdviseBackbones(data, [StagedSmallNetwork.Pretrained()], Quick() with { Fit = fit }));
        Assert.Equal(9, ranked.Images);
    }

    [Fact]
    public void Recommend_WithAnUnreadableImageThatIsNotSkipped_FailsByItsName()
    {
        var data = new DatasetSplit(ToyImages.WithABrokenOne(), ToyImages.Source(each: 4, seed: 2));

        ImageFormatException error = Assert.Throws<ImageFormatException>(() => TrainingAdvisor.Recommend(data, StagedSmallNetwork.Pretrained(), Quick()));

        Assert.Contains("torn.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_LeavesNoTensor()
    {
        _ = TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick());
        long before = LiveTensors.Count;

        _ = TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick());

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Recommend_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick(), cancelled.Token));
    }

    [Fact]
    public void Recommend_ForOtherTargetsThanClasses_RefusesByName()
    {
        ArgumentException labels = Assert.Throws<ArgumentException>(() => TrainingAdvisor.Recommend(DrawnShapes.BarSplit(), StagedSmallNetwork.Pretrained()));
        ArgumentException numbers = Assert.Throws<ArgumentException>(() => TrainingAdvisor.Recommend(DrawnShapes.GraySplit(), StagedSmallNetwork.Pretrained()));

        Assert.Contains("one class each; the target of 'bars-0.png'", labels.Message, StringComparison.Ordinal);
        Assert.Contains("gray-0.png", numbers.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0, 0, 0, 0, 0 }, "5 images of 1 classes")]
    [InlineData(new[] { 0, 1 }, "2 images of 2 classes")]
    public void Recommend_WithTooLittle_SaysWhatItFound(int[] classes, string found)
    {
        var source = new InMemoryDataset(
            classes.Select(index => new LabeledImage(ToyImages.Encoded(index, new Random(1)), ToyImages.Classes[index])), ToyImages.Classes);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TrainingAdvisor.Recommend(new DatasetSplit(source, source), StagedSmallNetwork.Pretrained()));

        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_ForANetworkWithoutStages_SaysThatItsHeadCannotBeSolved() =>
        Assert.Throws<TrainerConfigurationException>(() => TrainingAdvisor.Recommend(ToyImages.Split(), SmallNetwork.Pretrained()));

    [Fact]
    public void Apply_MakesEachPolicyAFitOfItsOwn()
    {
        TrainerOptions options = TrainerOptions.ForFeatureExtraction(StagedSmallNetwork.Pretrained(), ToyImages.Split()) with { Epochs = 7, BatchSize = 5 };

        TrainerOptions[] fits = [.. TrainingPolicy.All.Select(policy => policy.Apply(options))];

        Assert.Equal([0, 7, 7, 7], fits.Select(fit => fit.Epochs));
        Assert.Equal([true, true, true, false], fits.Select(fit => fit.HeadStart.Solver is not null));
        Assert.Equal(FreezePolicy.UpTo("stem"), fits[1].Freeze);
        Assert.All(fits, fit => Assert.Equal(5, fit.BatchSize));
    }

    [Fact]
    public void Apply_LeavesOutWhatOnlyEpochsHave_WhereThereAreNone()
    {
        TrainerOptions options = TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), ToyImages.Split()) with
        {
            Schedule = LearningRate.Constant,
            Patience = 2,
            MaximumSteps = 3,
            BatchTransforms = [new MixUp()],
            Sampler = Sampler.Balanced,
            AccumulatedBatches = 2,
            SharpnessRadius = 0.1,
            StartingPoint = new StartingPointDecay(),
            Interpolation = new WeightInterpolationOptions(),
            EvaluationWeights = () => new MovingAverage(0.9),
            KeepHeadStatistics = true,
        };

        Assert.All(TrainingPolicy.All, policy => new Trainer(policy.Apply(options)));
        Assert.Equal([(true, false), (false, true), (false, true), (false, true)],
            TrainingPolicy.All.Select(policy => policy.Apply(options)).Select(fit => (fit.KeepHeadStatistics, fit.Patience == 2)));
    }

    [Fact]
    public void Recommended_WithTechniquesOfEpochs_LeavesThemOutOfAHeadOnFeaturesAndSaysSo()
    {
        var log = new LogLines();
        Trainer trainer = Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).RunOn(torchThreads: 1)
            .StopAfter(TimeSpan.FromDays(1)).Recommended().InterpolateWeights().DecayTowardStart().StopEarly(2).LogTo(log).Build();

        Assert.Equal(0, trainer.Options.Epochs); // a head on features
        using TrainingResult result = trainer.Fit();
        Assert.InRange(result.Best.Validation[Metric.Accuracy], 0.9, 1);
        Assert.Single(log, line => line.Text == "The policy has no use for StopEarly, StopAfter, DecayTowardStart, InterpolateWeights, and leaves it out");
    }

    [Fact]
    public void Recommended_WithAnotherSolver_TakesThePolicysAndSaysSo()
    {
        var log = new LogLines();
        TrainerBuilder Builder(IHeadSolver? solver) =>
            Trainer.SolveHead(StagedSmallNetwork.Pretrained(), solver).On(ToyImages.Split()).RunOn(torchThreads: 1).LogTo(log).Recommended();

        Assert.Equal("ridge", Builder(null).Build().Options.HeadStart.Solver!.Name);
        Assert.DoesNotContain(log, line => line.Text.StartsWith("The policy has no use for", StringComparison.Ordinal));
        Assert.Equal("ridge", Builder(HeadSolvers.ShrinkageLda()).Build().Options.HeadStart.Solver!.Name);
        Assert.Single(log, line => line.Text == "The policy has no use for the solver 'lda', and leaves it out");
    }

    [Fact]
    public void Recommended_OnTheBuilder_KeepsWhatThePolicyHasAUseFor()
    {
        var log = new LogLines();
        TrainerBuilder Builder(DatasetSplit images) =>
            Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(images).RunOn(torchThreads: 1).LogTo(log).Recommended();

        TrainerOptions head = Builder(ToyImages.Split()).KeepStatistics().Build().Options;
        Assert.DoesNotContain(log, line => line.Text.StartsWith("The policy has no use for", StringComparison.Ordinal));
        TrainerOptions epochs = Builder(Guesses()).KeepStatistics().InterpolateWeights().DecayTowardStart().Build().Options;

        Assert.Equal((0, true), (head.Epochs, head.KeepHeadStatistics));
        Assert.Equal((25, false), (epochs.Epochs, epochs.KeepHeadStatistics));
        Assert.True(epochs is { Interpolation: not null, StartingPoint: not null });
        Assert.Single(log, line => line.Text == "The policy has no use for KeepStatistics, and leaves it out");
    }

    [Fact]
    public void Recommended_WithWhatThePolicyRefuses_NamesTheSetting()
    {
        TrainerBuilder Builder() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).RunOn(torchThreads: 1);
        TrainingAdvice advice = TrainingAdvisor.Recommend(ToyImages.Split(), StagedSmallNetwork.Pretrained(), Quick());

        var measured = Assert.Throws<TrainerConfigurationException>(Builder().InterpolateWeights().BatchNorm(BatchNormMode.Trained).Recommended().Build);
        var given = Assert.Throws<TrainerConfigurationException>(
            Builder().KeepStatistics().With(options => options with { HeadViews = HeadViews.Augmented }).Recommended(advice).Build);

        Assert.Contains("the batch-norm mode is Trained", Assert.Single(measured.Problems));
        Assert.Contains("the views must be AsPredicted", Assert.Single(given.Problems));
    }

    [Fact]
    public void Recommended_BesideWhatAPolicySets_Throws() => Assert.Throws<InvalidOperationException>(() => Trainer.FineTune(StagedSmallNetwork.Pretrained())
        .On(ToyImages.Split()).Freeze(FreezePolicy.Backbone).Recommended().Build());

    [Fact]
    public void Recommended_WithoutData_SaysThatTheyAreMissing() => Assert.Throws<TrainerConfigurationException>(
        () => Trainer.FineTune(StagedSmallNetwork.Pretrained()).Recommended().Build());

    [Fact]
    public void AdviseBackbones_PutsTheBetterFeaturesFirst()
    {
        PretrainedBackbone good = StagedSmallNetwork.Pretrained(), narrow = StagedSmallNetwork.Pretrained(features: 1);

        IReadOnlyList<FeatureMeasures> ranked = TrainingAdvisor.AdviseBackbones(ToyImages.Split(), [narrow, good], Quick());

        Assert.Equal([good, narrow], ranked.Select(entry => entry.Backbone));
        Assert.True(ranked[0].RidgeAccuracy > ranked[1].RidgeAccuracy);
        Assert.Null(ranked[0].Similarity);
        Assert.Throws<ArgumentException>(() => TrainingAdvisor.AdviseBackbones(ToyImages.Split(), []));
    }

    [Fact]
    public void CrossValidation_OfASolvedHead_HasAnEvaluationAtItsEnd()
    {
        using CrossValidationResult result = CrossValidation.Run(
            [ToyImages.Split()], fold => Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(fold).RunOn(torchThreads: 1).Build());

        Assert.Same(result.Folds[0].Evaluation, result.Folds[0].LastEvaluation);
    }

    private static AdvisorOptions Quick() => new()
    {
        EstimatesTime = false,
        Fit = TrainerOptions.ForFineTuning(StagedSmallNetwork.Pretrained(), ToyImages.Split()) with { TorchThreads = 1, Epochs = 3, BatchSize = 8 },
    };

    // The same images under names that have nothing to do with them.
    private static DatasetSplit Guesses()
    {
        InMemoryDataset source = new(
            Enumerable.Range(0, 40).Select(index => new LabeledImage(ToyImages.Encoded(0, new Random(index)), ToyImages.Classes[index % 2], $"{index}")),
            ToyImages.Classes.Take(2));
        return new DatasetSplit(source, source);
    }

    private static FeatureMeasures Measures(double ridge, double neighbors, double untrained, double earlier) => new()
    {
        Backbone = StagedSmallNetwork.Pretrained(),
        Images = 100,
        Chance = 0.5,
        NeighborAccuracy = neighbors,
        UntrainedAccuracy = untrained,
        Stages = [new StageAccuracy("stem", earlier), new StageAccuracy("body", neighbors)],
        LogEvidence = 0,
        RidgeAccuracy = ridge,
        RidgeError = 0.1,
    };
}
