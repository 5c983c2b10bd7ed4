using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Optimization;
using TransferLearning.Randomness;
using TransferLearning.Tests.Batching;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Training.Observers;

namespace TransferLearning.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public async Task FitAsync_WithDefaultsAlone_LearnsToTellTheClassesApart()
    {
        var result = await Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Source(each: 20, seed: 3)).Build().FitAsync();

        using (result)
        {
            Assert.True(result.Best.Validation["accuracy"] >= 0.9, $"accuracy {result.Best.Validation["accuracy"]}");
            Assert.Equal("green", result.Model.Predict(ToyImages.Encoded(classIndex: 1, new Random(99))).Label);
        }
    }

    [Fact]
    public void Fit_OfAllImagesInOneBatch_IsOneStepAnEpochFromImagesAndFromFeatures()
    {
        var steps = new Reports();
        Trainer trainer = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 2, batchSize: int.MaxValue)
            .Freeze(FreezePolicy.Backbone.ForEpochs(1)).RunOn(torchThreads: 1).Build();

        using TrainingResult result = trainer.Fit(steps);

        Assert.Equal(
            [(1, 1, 1), (2, 1, 1)],
            steps.Where(report => report.Completed is not null).Select(report => (report.Epoch, report.Step, report.StepsPerEpoch)));
        Assert.Equal([0.01, 0.005], result.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Fit_AsksTheScheduleOncePerStep()
    {
        var asked = new List<(int, int)>();
        ILearningRateSchedule schedule = LearningRate.From(context =>
        {
            asked.Add((context.Position.Epoch, context.Position.Step));
            return 1;
        });

        Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split(trainingEach: 8)).For(epochs: 2, batchSize: 8).RunOn(torchThreads: 1)
            .Schedule(schedule).Build().Fit().Dispose();

        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], asked);
    }

    [Fact]
    public void Fit_OnASourceThatFails_EndsWithItsExceptionAndTheSamplesNameFromImagesAndFromFeatures()
    {
        var failing = new WatchedSource(ToyImages.Source(each: 4, seed: 1), index => throw new InvalidTimeZoneException());
        var data = new DatasetSplit(failing, failing);

        Assert.All(
            [Trainer.FineTune(SmallNetwork.Pretrained()), Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained())],
            builder =>
            {
                var error = Assert.Throws<SampleLoadException>(() => builder.On(data).For(epochs: 1).Build().Fit());
                Assert.IsType<InvalidTimeZoneException>(error.InnerException);
                Assert.Contains(failing.Samples, sample => sample.Name == error.SampleName);
            });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_CancelledWhileTheSourceBlocks_EndsAtOnce(bool isAfterAnEpoch)
    {
        using var cancellation = new CancellationTokenSource();
        using var isReleased = new ManualResetEventSlim();
        bool blocks = !isAfterAnEpoch;
        var blocking = new WatchedSource(ToyImages.Source(each: 4, seed: 1), Block);
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(new DatasetSplit(blocking, blocking)).For(epochs: 3, batchSize: 4)
            .CacheImages(0).RunOn(torchThreads: 1, workers: 2).Observe(() => new AfterEpoch(1, () => blocks = true)).Build();

        if (isAfterAnEpoch)
        {
            using TrainingResult result = trainer.Fit(cancellationToken: cancellation.Token);
            Assert.Equal((TrainingOutcome.Cancelled, 1), (result.Outcome, result.History.Count));
        }
        else
        {
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(cancellationToken: cancellation.Token));
        }

        Assert.Contains(blocking.Threads, thread => thread.IsAlive);
        isReleased.Set();
        Assert.All(blocking.Threads, thread => thread.Join());

        void Block(int index)
        {
            if (!blocks)
                return;
            cancellation.Cancel();
            isReleased.Wait();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fit_WhoseSamplerChoosesUnreadableImagesAlone_SaysSoFromImagesAndFromFeatures(int views)
    {
        InMemoryDataset broken = ToyImages.WithABrokenOne();
        Trainer trainer = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(new DatasetSplit(broken, broken)).For(epochs: 1)
            .SampleWith(new Always(broken.Samples.Count - 1)).WhenUnreadable(UnreadablePolicy.SkipAndReport).CacheFeatures(views).Build();

        Assert.Contains("torn.png", Assert.Throws<InvalidDataException>(() => trainer.Fit()).Message);
    }

    [Fact]
    public void Fit_WithABatchTransformThatMakesABatchOfFeatures_GoesOnFromTheHead()
    {
        Trainer trainer = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 1, batchSize: 5)
            .TransformBatches(new Copying()).RunOn(torchThreads: 1).Build();

        using TrainingResult result = trainer.Fit();

        Assert.True(double.IsFinite(result.Best.Training["loss"]));
    }

    [Fact]
    public void Fit_WhoseLaterEpochsAreWorse_EndsWithTheWeightsOfTheBest()
    {
        DatasetSplit images = ToyImages.Split();
        using TrainingResult result = Trainer
            .FineTune(SmallNetwork.Pretrained())
            .On(images)
            .For(epochs: 8, batchSize: 5)
            .Measure(Metric.Accuracy)
            .KeepBest(Metric.Loss)
            .OptimizeWith(Optimizers.Sgd(learningRate: 0.1))
            .Schedule(LearningRate.Constant)
            .Build()
            .Fit();

        double lowest = result.History.Min(epoch => epoch.Validation["loss"]);
        Assert.Equal(lowest, result.Best.Validation["loss"]);
        Assert.Equal(result.Best.Validation["accuracy"], result.Model.Evaluate(images.Validation).Accuracy, 1e-9);
    }

    [Fact]
    public void Fit_WithoutImprovementForLong_StopsEarlyAndSaysWhy()
    {
        using TrainingResult result = Builder(epochs: 50)
            .OptimizeWith(Optimizers.Sgd(learningRate: 1e-12))
            .KeepBest(Metric.Accuracy)
            .StopEarly(patience: 3)
            .Build()
            .Fit();

        Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
        Assert.Equal(4, result.History.Count);
        Assert.Equal("accuracy has not improved for 3 epochs", result.StopReason);
    }

    [Fact]
    public void Fit_ThatWouldStopEarlyAfterItsLastEpoch_IsComplete()
    {
        using TrainingResult result = Builder(epochs: 4).OptimizeWith(Optimizers.Sgd(learningRate: 1e-12))
            .KeepBest(Metric.Accuracy).StopEarly(patience: 3).Build().Fit();

        Assert.Equal(4, result.History.Count);
        Assert.Equal((TrainingOutcome.Completed, null), (result.Outcome, result.StopReason));
    }

    [Fact]
    public void Fit_CancelledLater_KeepsTheBestModelSoFar()
    {
        using var cancellation = new CancellationTokenSource();
        using TrainingResult result = Builder(epochs: 50).Observe(() => new AfterEpoch(2, cancellation.Cancel)).Build()
            .Fit(cancellationToken: cancellation.Token);

        Assert.Equal(TrainingOutcome.Cancelled, result.Outcome);
        Assert.Equal(2, result.History.Count);
        Assert.NotEmpty(result.Model.Predict(ToyImages.Encoded(0, new Random(1))).Label);
    }

    [Fact]
    public void Fit_WithTooHighARate_StopsAtTheFirstLossThatIsNoNumber()
    {
        Trainer trainer = Builder(epochs: 3).OptimizeWith(Optimizers.Sgd(learningRate: 1e38)).Build();

        TrainingDivergedException failure = Assert.Throws<TrainingDivergedException>(() => trainer.Fit());

        Assert.Contains($"at epoch {failure.Epoch}, step {failure.Step}, with a learning rate of", failure.Message);
    }

    [Fact]
    public void Fit_WithTheBackboneFrozenUntilAnEpoch_TrainsTheHeadAloneUntilThen()
    {
        using TrainingResult result = Builder(epochs: 3).Freeze(FreezePolicy.Backbone.ForEpochs(2)).Build().Fit();

        long head = 16 * 3 + 3;
        Assert.Equal([head, head], result.History.Take(2).Select(epoch => epoch.TrainableWeights));
        Assert.True(result.History[2].TrainableWeights > head);
    }

    [Fact]
    public void Fit_WithACheckpointDirectory_KeepsTheBestModelThere()
    {
        using var folder = new TemporaryFolder();
        using TrainingResult result = Builder(epochs: 3).KeepBest(Metric.Accuracy, folder.File("checkpoints")).Build().Fit();

        using Predictor kept = Predictor.Load(folder.File("checkpoints/best.tlmodel"), new PredictorOptions { Backbone = SmallNetwork.Pretrained() });
        byte[] image = ToyImages.Encoded(2, new Random(5));
        Assert.Equal(result.Model.Predict(image).Probabilities, kept.Predict(image).Probabilities);
        Assert.Equal(result.Best.Epoch, kept.Metadata.Epoch);
        Assert.Single(Directory.GetFiles(folder.File("checkpoints")));
    }

    [Fact]
    public void Fit_WithProgress_ReportsEveryStepAndEveryEpoch()
    {
        var reports = new Reports();
        Builder(epochs: 2).Build().Fit(reports).Dispose();

        Assert.Equal(2 * (5 + 1), reports.Count); // 24 images in batches of 5
        Assert.Equal([1, 2], reports.Where(report => report.Completed is not null).Select(report => report.Completed!.Epoch));
        Assert.All(reports, report => Assert.InRange(report.Step, 1, report.StepsPerEpoch));
    }

    [Fact]
    public void Fit_MeetingABrokenImage_FailsAndNamesIt()
    {
        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(SplitWithABrokenImage()).For(epochs: 1).Build();

        ImageFormatException failure = Assert.Throws<ImageFormatException>(() => trainer.Fit());

        Assert.Equal("torn.png", failure.ImageName);
    }

    [Fact]
    public void Fit_ToldToSkipBrokenImages_LeavesThemOutAndReportsThem()
    {
        using TrainingResult result = Trainer
            .FineTune(SmallNetwork.Pretrained())
            .On(SplitWithABrokenImage())
            .For(epochs: 2)
            .WhenUnreadable(UnreadablePolicy.SkipAndReport)
            .Build()
            .Fit();

        Assert.Equal("torn.png", Assert.Single(result.Skipped).Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_ToldToSkip_TakesNarrowImagesAndLeavesOutWhatATransformFailsOn(bool isNarrow)
    {
        byte[] odd = isNarrow ? DrawnImage.Png(1, 65535) : DrawnImage.Png(3, 3);
        InMemoryDataset images = ToyImages.Source(each: 4, seed: 1);
        var source = new InMemoryDataset(
            [.. Enumerable.Range(0, images.Samples.Count).Select(index => new LabeledImage(images.Load(index), images.Classes[images.Samples[index].ClassIndex], $"{index}")),
            new LabeledImage(odd, "red", "odd.png")], ToyImages.Classes);

        using TrainingResult result = Trainer
            .FineTune(SmallNetwork.Pretrained())
            .On(new DatasetSplit(source, source))
            .For(epochs: 1)
            .Augment(pipeline => pipeline.Then((image, _) => image.Width == 3 ? throw new NotSupportedException("too small") : image).RandomResizedCrop(16))
            .WhenUnreadable(UnreadablePolicy.SkipAndReport)
            .Build()
            .Fit();

        Assert.Equal(isNarrow ? [] : ["odd.png"], result.Skipped.Select(skipped => skipped.Name));
    }

    private static DatasetSplit SplitWithABrokenImage() => new(ToyImages.WithABrokenOne(), ToyImages.Source(each: 2, seed: 2));

    private static TrainerBuilder Builder(int epochs) => Trainer
        .FineTune(SmallNetwork.Pretrained())
        .On(ToyImages.Split())
        .For(epochs, batchSize: 5);

    private sealed class AfterEpoch(int epoch, Action act) : ITrainingObserver
    {
        public void EpochEnded(EpochRecord record, TrainingRun run)
        {
            if (record.Epoch == epoch)
                act();
        }
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }

    private sealed class Always(int index) : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random) => [.. Enumerable.Repeat(index, samples.Count)];
    }

    private sealed class Copying : IBatchTransform
    {
        public bool WorksOnFeatures => true;

        public Batch Apply(Batch batch, BatchTransformContext context) => new(batch.Images.alias(), batch.Targets.alias(), batch.Indices);
    }
}
