using TransferLearning.Data;
using TransferLearning.FeatureCache;
using TransferLearning.Metrics;
using TransferLearning.Tests.Support;
using TransferLearning.Training;

namespace TransferLearning.Tests.Training;

public sealed class CrossValidationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryDataset _images = ToyImages.Source(each: 8, seed: 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OverFoldsAndSeeds_PredictsEveryImageByAModelThatDidNotSeeIt()
    {
        IReadOnlyList<DatasetSplit> folds = _images.Folds(2, seed: 1);

        using CrossValidationResult result = CrossValidation.Run(folds, Head, new CrossValidationOptions { Seeds = [4, 5] });

        Assert.Equal([(1, 4L), (2, 4L), (1, 5L), (2, 5L)], result.Folds.Select(fold => (fold.Number, fold.Seed)));
        Assert.False(result.WasCancelled);
        Assert.Equal(_images.Samples.Select(sample => sample.Name).Order(), result.Folds.Take(2).SelectMany(fold => fold.Evaluation.Samples).Select(sample => sample.Name).Order());
        Assert.Equal(2 * _images.Samples.Count, result.Pooled.Samples.Count);
        Assert.All(result.Folds, fold => Assert.Equal(fold.History.Best!.Validation[Metric.Accuracy], fold.Evaluation.Accuracy, 1e-9));
        Assert.All(result.Folds, fold => Assert.Equal(fold.History[^1].Validation[Metric.Accuracy], fold.LastEvaluation!.Accuracy, 1e-9));
        Assert.All(result.Folds, fold => Assert.Equal(fold.History[^1].Validation[Metric.Loss], fold.LastEvaluation!.Metrics[Metric.Loss], 0.02));
        Assert.All(result.Folds, fold => Assert.Null(fold.Model));
        Assert.Equal(result.Folds.Average(fold => fold.Evaluation.Accuracy), result.Summarize(Metric.Accuracy).Mean, 1e-12);
        Assert.Equal(result.Folds.Average(fold => fold.Evaluation.Accuracy), result.Pooled.Metrics[Metric.Accuracy], 1e-12);
        Assert.Equal(0, result.CompareWith(result, Metric.Accuracy).Mean);
        Assert.Contains("fold 2, seed 5: best epoch", result.ToString());
        BootstrapInterval interval = result.Pooled.Bootstrap(Metric.Accuracy, new BootstrapOptions { Draws = 200 });
        Assert.InRange(interval.Value, interval.Low, interval.High);
        Assert.Throws<ArgumentException>(() => result.Pooled.CompareWith(result.Pooled)); // each image twice
        Assert.True(result.Pooled.BootstrapDifference(result.PooledLast!, Metric.LogLoss, new BootstrapOptions { Draws = 200 }) is { Low: <= 0.5 });
    }

    [Fact]
    public void Summarize_OfSeveralSeeds_IsNoSurerThanOfOneWhereTheyChangeNothing()
    {
        using CrossValidationResult one = Solved([1]), five = Solved([1, 2, 3, 4, 5]);

        CorrectedTTest ofOne = one.Summarize(Metric.LogLoss), ofFive = five.Summarize(Metric.LogLoss);
        Assert.Equal(3, ofFive.DegreesOfFreedom);
        Assert.Equal((ofOne.Low, ofOne.High), (ofFive.Low, ofFive.High), (first, second) =>
            Math.Abs(first.Low - second.Low) < 1e-12 && Math.Abs(first.High - second.High) < 1e-12);
        Assert.Equal(3, five.CompareWith(five, Metric.LogLoss).DegreesOfFreedom);
        Assert.Equal((one.Pooled.AccuracyInterval.Low, one.Pooled.AccuracyInterval.High), (five.Pooled.AccuracyInterval.Low, five.Pooled.AccuracyInterval.High));
        CorrectedTTest seeds = five.SummarizeSeeds(Metric.LogLoss);
        Assert.Equal(4, seeds.DegreesOfFreedom);
        Assert.Equal(ofOne.Mean, seeds.Mean, 1e-12);
        Assert.Equal(0, seeds.StandardDeviation, 1e-12);

        CrossValidationResult Solved(long[] seeds) => CrossValidation.Run(
            _images.Folds(4, seed: 1),
            images => Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(images).CacheFeatures(views: 0).RunOn(torchThreads: 1).Build(),
            new CrossValidationOptions { Seeds = seeds });
    }

    [Fact]
    public void Summarize_OfSeveralSeedsOnOneFold_IsOverTheSeeds()
    {
        using CrossValidationResult result = CrossValidation.Run([_images.Folds(2, seed: 1)[0]], Head, new CrossValidationOptions { Seeds = [1, 2, 3] });

        Assert.Equal(2, result.Summarize(Metric.LogLoss).DegreesOfFreedom);
        Assert.Equal(result.SummarizeSeeds(Metric.LogLoss).Mean, result.Summarize(Metric.LogLoss).Mean, 1e-12);
    }

    [Fact]
    public void Run_WithAnInnerSplit_ChoosesTheEpochWithoutTheHeldOutImages()
    {
        DatasetSplit fold = _images.Folds(2, seed: 1)[0];
        var seen = new List<DatasetSplit>();

        using CrossValidationResult result = CrossValidation.Run(
            [fold], images => { seen.Add(images); return Head(images); }, new CrossValidationOptions { InnerValidation = 0.25, KeepModels = true });

        Assert.Empty(Assert.Single(seen).Validation.Samples.Concat(seen[0].Training.Samples).Select(sample => sample.Name).Intersect(fold.Validation.Samples.Select(sample => sample.Name)));
        Assert.Equal(fold.Training.Samples.Count, seen[0].Training.Samples.Count + seen[0].Validation.Samples.Count);
        Assert.Equal(fold.Validation.Samples, result.Pooled.Samples);
        Assert.Equal(result.Pooled.Accuracy, result.Folds[0].Model!.Evaluate(fold.Validation).Accuracy);
    }

    [Fact]
    public void Run_OverFoldsOfARegression_PoolsInTheTargetsUnits()
    {
        using CrossValidationResult result = CrossValidation.Run(
            DrawnShapes.GraySplit().Training.Folds(2), images => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(images).For(epochs: 2, batchSize: 8).RunOn(torchThreads: 1)
                .Augment(pipeline => pipeline.Resize(SmallNetwork.Side).CenterCrop(SmallNetwork.Side)).Build());

        Assert.Equal(
            result.Pooled.ValueScores.Average(scores => scores.MeanAbsoluteError), result.Pooled.Metrics[Metric.MeanAbsoluteError], 1e-3);
    }

    [Fact]
    public void Run_OfASolvedHead_HasEpoch0AsBestAndLast()
    {
        using CrossValidationResult result = CrossValidation.Run(_images.Folds(2), images => Stored(Trainer.SolveHead(StagedSmallNetwork.Pretrained())).On(images).Build());

        Assert.All(result.Folds, fold => Assert.Equal(0, fold.History[^1].Epoch));
        Assert.All(result.Folds, fold => Assert.Same(fold.Evaluation, fold.LastEvaluation));
        Assert.NotNull(result.PooledLast);
    }

    [Fact]
    public void Run_WhereAFitDivergesAfterItsSolvedHead_HasNoLastEpoch()
    {
        using CrossValidationResult result = CrossValidation.Run(_images.Folds(2), images => Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(images)
            .StartFromSolvedHead().OptimizeWith(Optimizers.Sgd(1e30)).For(epochs: 2, batchSize: 8).Build());

        Assert.All(result.Folds, fold => Assert.Equal((TrainingOutcome.Diverged, 0), (fold.Outcome, fold.History[^1].Epoch)));
        Assert.All(result.Folds, fold => Assert.Null(fold.LastEvaluation));
        Assert.Throws<InvalidOperationException>(() => result.SummarizeLast(Metric.Accuracy));
    }

    [Fact]
    public void Run_WithInterpolatedWeights_MeasuresTheLastEpochWithItsOwn()
    {
        using CrossValidationResult result = CrossValidation.Run([_images.Folds(2)[0]], images => Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(images)
            .StartFromSolvedHead().OptimizeWith(Optimizers.AdamW(1e-2)).For(epochs: 1, batchSize: 8).InterpolateWeights()
            .Measure(Metric.Accuracy, new Passes()).KeepBest(new Passes()).Build());

        FoldResult fold = result.Folds[0];
        Assert.Equal(1, fold.History.Best!.Epoch);
        Assert.Equal(fold.History[^1].Validation[Metric.Loss], fold.LastEvaluation!.Metrics[Metric.Loss], 1e-3);
        Assert.NotEqual(fold.Evaluation.Metrics[Metric.Loss], fold.LastEvaluation.Metrics[Metric.Loss], 1e-2);
    }

    [Fact]
    public void Run_Cancelled_KeepsFinishedFolds()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Reporter(_ => cancellation.Cancel());

        using CrossValidationResult result = CrossValidation.Run(_images.Folds(3), Head, progress: progress, cancellationToken: cancellation.Token);

        Assert.True(result.WasCancelled);
        Assert.Single(result.Folds);
        Assert.Throws<OperationCanceledException>(() => CrossValidation.Run(_images.Folds(3), Head, cancellationToken: cancellation.Token));
    }

    [Fact]
    public void Run_ThatCannotBe_SaysWhy()
    {
        Assert.Throws<ArgumentException>(() => CrossValidation.Run([], Head));
        var failure = Assert.Throws<InvalidOperationException>(() => CrossValidation.Run(_images.Folds(2), _ => Head(ToyImages.Split())));
        Assert.Contains("The trainer of fold 1 is on other images", failure.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossValidationOptions { InnerValidation = 1 });
    }

    [Fact]
    public void Result_OfSeveralEpochs_TellsTheLastAndThatTheBestWasChosen()
    {
        var lines = new LogLines();
        using TrainingResult result = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 3, batchSize: 8).RunOn(torchThreads: 1).LogTo(lines).Build().Fit();
        using TrainingResult single = Trainer.FineTune(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 1, batchSize: 8).RunOn(torchThreads: 1).Build().Fit();

        Assert.Equal(3, result.Last.Epoch);
        Assert.Equal((true, false), (result.IsBestOptimistic, single.IsBestOptimistic));
        Assert.Contains($"best epoch {result.Best.Epoch} of 3, chosen by accuracy on these images: {result.Best.Validation}; last epoch: {result.Last.Validation}", result.ToString());
        Assert.Contains(lines, line => line.Text.Contains("so its numbers are optimistic"));
        Assert.StartsWith("one epoch: ", single.ToString());
    }

    [Fact]
    public void Result_OfASolvedHeadAndAnEpoch_CountsTheEpochAlone()
    {
        var lines = new LogLines();

        using TrainingResult result = Stored(Trainer.FineTune(StagedSmallNetwork.Pretrained())).On(ToyImages.Split()).StartFromSolvedHead().For(epochs: 1, batchSize: 8)
            .LogTo(lines).Build().Fit();

        Assert.Contains($"best epoch {result.Best.Epoch} of 1, chosen by", result.ToString());
        Assert.Contains(lines, line => line.Text.Contains("after 1 epochs"));
    }

    private Trainer Head(DatasetSplit images) => Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(images).For(epochs: 4, batchSize: 8).RunOn(torchThreads: 1)
        .OptimizeWith(Optimizers.AdamW(learningRate: 5e-2)).ComputeIn(ComputePrecision.Float32)
        .CacheFeatures(new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = _folder.FullPath } }).Build();

    private TrainerBuilder Stored(TrainerBuilder builder) => builder.RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32)
        .CacheFeatures(new FeatureCaching { Views = 1, Store = new FeatureStoreOptions { Directory = _folder.FullPath } });

    // Rises from pass to pass of epochs 0 and 1, and is the same in those of interpolation.
    private sealed class Passes : Metric
    {
        private static int _passes;

        public Passes()
            : base("passes", MetricDirection.HigherIsBetter)
        {
        }

        public override IMetricTally CreateTally() => new Number(Math.Min(Interlocked.Increment(ref _passes), 5));

        private sealed class Number(int value) : IMetricTally
        {
            public double Value => value;

            public void Add(BatchOutcome outcome)
            {
            }
        }
    }

    private sealed class Reporter(Action<FoldResult> report) : IProgress<FoldResult>
    {
        public void Report(FoldResult value) => report(value);
    }
}
