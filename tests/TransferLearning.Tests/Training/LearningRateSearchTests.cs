using SkiaSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Tests.Support;
using TransferLearning.Training.RateSearch;

namespace TransferLearning.Tests.Training;

public sealed class LearningRateSearchTests
{
    [Fact]
    public void Suggestions_OfAKnownCurve_FollowTheRules()
    {
        // 40 steps, a decade each ten. Of them 4 to 34 are considered: the loss is 2 up to 12, falls to 1 at 27 by 1/15 a step, but by twice as much at 20.
        double[] losses = [.. Enumerable.Range(0, 40).Select(step => step switch
        {
            <= 12 => 2,
            <= 19 => 2 - (step - 12) / 15.0,
            <= 27 => 2 - (step - 12) / 15.0 - 1 / 15.0,
            _ => 1 + (step - 27) / 2.0,
        })];
        var curve = new LearningRateCurve(
            [.. losses.Select((loss, step) => new LearningRatePoint(Math.Pow(10, step / 10.0 - 5), loss, loss))], new LearningRateSearchOptions { Steps = 40 }, diverged: true);

        // The falling run is steps 12 to 27: 16 values that end at 27, so it starts before 12, at 11; 11 + 5 + 2 = 18.
        Assert.Equal(
            [(LearningRateRule.Valley, 18), (LearningRateRule.Steepest, 19), (LearningRateRule.MinimumOverTen, 17)],
            curve.Suggestions.Select(suggestion => (suggestion.Rule, (int)Math.Round((Math.Log10(suggestion.LearningRate) + 5) * 10))));
        Assert.Equal(curve.Suggestions[0].LearningRate, curve.Suggested);
    }

    [Fact]
    public void FindLearningRate_OfAFit_RisesEvenlyAndSuggestsRatesInside()
    {
        Trainer trainer = Builder().Build();

        LearningRateCurve curve = trainer.FindLearningRate(new LearningRateSearchOptions { Lowest = 1e-5, Highest = 1, Steps = 60 });

        Assert.Equal(1e-5, curve.Points[0].LearningRate, 1e-12);
        Assert.All(curve.Points.Zip(curve.Points.Skip(1)), pair => Assert.Equal(Math.Pow(1e5, 1 / 59.0), pair.Second.LearningRate / pair.First.LearningRate, 1e-9));
        Assert.All(curve.Suggestions, suggestion => Assert.InRange(suggestion.LearningRate, 1e-6, 1));
        Assert.Equal(curve.Points[0].Loss, curve.Points[0].Smoothed, 1e-9);
        Assert.Equal((0.98 * curve.Points[0].Loss + curve.Points[1].Loss) / 1.98, curve.Points[1].Smoothed, 1e-9);
    }

    [Fact]
    public void FindLearningRate_BeforeAFit_ChangesNothingOfItAndRepeats()
    {
        Trainer trainer = Builder().Build();
        using TrainingResult before = trainer.Fit();
        long tensors = LiveTensors.Count;

        LearningRateCurve first = trainer.FindLearningRate(new LearningRateSearchOptions { Steps = 30 });
        LearningRateCurve second = trainer.FindLearningRate(new LearningRateSearchOptions { Steps = 30 });

        Assert.Equal(tensors, LiveTensors.Count);
        Assert.Equal(first.Points, second.Points);
        using TrainingResult after = trainer.Fit();
        Assert.Equal(before.History.Select(epoch => epoch.Validation), after.History.Select(epoch => epoch.Validation));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void FindLearningRate_OfAnEpoch_FreezesAsThatEpochDoes(int epoch, bool headAlone)
    {
        var seen = new SeenImages();
        Trainer trainer = Builder().Observe(() => seen).Build();
        LearningRateCurve all = trainer.FindLearningRate(new LearningRateSearchOptions { Steps = 30, Epoch = epoch });
        LearningRateCurve head = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).StartFromRandomHead().On(ToyImages.Split()).For(epochs: 4, batchSize: 8)
            .With(options => options with { Optimizer = trainer.Options.Optimizer, Grouping = trainer.Options.Grouping, TorchThreads = 1 })
            .ComputeIn(ComputePrecision.Float32).Build()
            .FindLearningRate(new LearningRateSearchOptions { Steps = 30 });

        Assert.Equal(headAlone, head.Points.SequenceEqual(all.Points));
    }

    [Fact]
    public void FindLearningRate_OfASolvedHead_BeginsAtIt()
    {
        Trainer trainer = Tuning().StartFromSolvedHead().Build();
        using TrainingResult fit = trainer.Fit();
        long tensors = LiveTensors.Count;

        LearningRateCurve curve = trainer.FindLearningRate(new LearningRateSearchOptions { Steps = 30 });

        Assert.Equal(tensors, LiveTensors.Count);
        Assert.InRange(curve.Points[0].Loss, 0, 3 * fit.History[0].Training[Metric.Loss] + 0.1);
        Assert.True(curve.Points[0].Loss < Builder().Build().FindLearningRate(new LearningRateSearchOptions { Steps = 30 }).Points[0].Loss / 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FindLearningRate_OnStoredFeatures_LoadsNoValidationImage(bool fromSolvedHead)
    {
        var loads = new CountedLoads(ToyImages.Source(each: 4, seed: 2));
        TrainerBuilder builder = Trainer.ExtractFeatures(StagedSmallNetwork.Pretrained()).On(new DatasetSplit(ToyImages.Source(each: 8, seed: 1), loads))
            .For(epochs: 4, batchSize: 8).RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32);
        if (fromSolvedHead)
            builder.StartFromSolvedHead();

        builder.Build().FindLearningRate(new LearningRateSearchOptions { Steps = 30 });

        Assert.Equal(0, loads.Count);
    }

    [Fact]
    public void FindLearningRate_OfMoreEpochsThanTheFit_TransformsBatchesWithinIt()
    {
        var transform = new Progressing();

        Builder().TransformBatches(transform).Build().FindLearningRate(new LearningRateSearchOptions { Steps = 30 });

        Assert.All(transform.Seen, progress => Assert.InRange(progress, 0, 0.999));
        Assert.True(transform.Seen.Count > 4 * 3, "more steps than four epochs have");
    }

    [Fact]
    public void FindLearningRate_OfASolvedHeadAlone_SaysThatThereIsNothingToSearch()
    {
        Trainer trainer = Trainer.SolveHead(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).Build();

        Assert.Contains("runs no epoch", Assert.Throws<InvalidOperationException>(() => trainer.FindLearningRate()).Message);
    }

    [Fact]
    public void FindLearningRate_ThatDivergesAtOnce_SaysWhereToBegin()
    {
        Trainer trainer = Builder().OptimizeWith(Optimizers.Sgd(0.1)).Freeze(FreezePolicy.Nothing).Build();

        var failure = Assert.Throws<InvalidOperationException>(() => trainer.FindLearningRate(new LearningRateSearchOptions { Lowest = 1e10, Highest = 1e20 }));

        Assert.Contains("too early for a suggestion: begin at a lower rate than 10000000000.", failure.Message);
    }

    [Fact]
    public void FindLearningRate_WithBadOptions_IsRefused()
    {
        Trainer trainer = Builder().Build();

        Assert.Throws<ArgumentException>("search", () => trainer.FindLearningRate(new LearningRateSearchOptions { Lowest = 1, Highest = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Lowest", () => new LearningRateSearchOptions { Lowest = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Highest", () => new LearningRateSearchOptions { Highest = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>("Steps", () => new LearningRateSearchOptions { Steps = 19 });
        Assert.Throws<ArgumentOutOfRangeException>("Smoothing", () => new LearningRateSearchOptions { Smoothing = 1 });
        Assert.Throws<ArgumentOutOfRangeException>("Divergence", () => new LearningRateSearchOptions { Divergence = 0.9 });
        Assert.Throws<ArgumentOutOfRangeException>("Epoch", () => new LearningRateSearchOptions { Epoch = 0 });
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.FindLearningRate(cancellationToken: cancelled.Token));
    }

    [Fact]
    public void SavePlot_OfASearch_DrawsTheCurveAndThePoints()
    {
        using var folder = new TemporaryFolder();
        LearningRateCurve curve = Builder().Build().FindLearningRate();

        curve.SavePlot(folder.File("rates.png"));

        using SKBitmap plot = SKBitmap.Decode(folder.File("rates.png"));
        Assert.Equal((960, 600), (plot.Width, plot.Height));
        SKColor[] colors = plot.Pixels;
        foreach (SKColor drawn in new SKColor[] { new(20, 80, 160), new(200, 40, 40), new(30, 130, 60), new(190, 110, 0), new(40, 40, 40) })
            Assert.True(colors.Count(color => color == drawn) > 50, $"{drawn} is not in the plot");
        Assert.Throws<ArgumentException>(() => curve.SavePlot(""));
    }

    private static TrainerBuilder Builder() => Tuning().StartFromRandomHead();

    private static TrainerBuilder Tuning() => Trainer.FineTune(StagedSmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 4, batchSize: 8)
        .RunOn(torchThreads: 1).ComputeIn(ComputePrecision.Float32);

    private sealed class Progressing : IBatchTransform
    {
        public List<double> Seen { get; } = [];

        public Batch Apply(Batch batch, BatchTransformContext context)
        {
            Seen.Add(context.Position.Progress);
            return batch;
        }
    }

    private sealed class CountedLoads(IDatasetSource source) : IDatasetSource
    {
        private int _count;

        public int Count => _count;

        public IReadOnlyList<string> Classes => source.Classes;

        public IReadOnlyList<Sample> Samples => source.Samples;

        public ReadOnlyMemory<byte> Load(int index)
        {
            Interlocked.Increment(ref _count);
            return source.Load(index);
        }
    }
}
