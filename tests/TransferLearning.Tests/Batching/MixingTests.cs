using TransferLearning.Batching;
using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Batching;

/// <summary>MixUp and CutMix, and the choice between them. Fits are compared, so no other test may draw from torch's random numbers meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class MixingTests
{
    [Fact]
    public void MixUp_OfABatch_MixesImagesAndTargetsByOneShareAndKeepsTheLabels()
    {
        using Batch batch = Classes(), mixed = new MixUp(alpha: 1).Apply(batch, Context(seed: 5));

        double share = new RandomStream(5).Beta(1, 1);
        Assert.Equal([(1 - share) * 3, share, 2 * share + 1 - share, 3 * share + 2 * (1 - share)], Numbers(mixed.Images), Close);
        Assert.Equal([share, 0, 1 - share, 1 - share, share, 0, 0, 1 - share, share, 0, 0, 1], Numbers(mixed.Targets), Close);
        Assert.Equal([0, 1, 2, 2], mixed.Labels.data<long>().ToArray());
    }

    [Fact]
    public void MixUp_PerImage_DrawsAShareForEach()
    {
        using Batch batch = Classes(), mixed = new MixUp(alpha: 1) { PerImage = true }.Apply(batch, Context(seed: 5));

        var random = new RandomStream(5);
        double[] shares = [.. Enumerable.Range(0, 4).Select(_ => random.Beta(1, 1))];
        Assert.Equal([(1 - shares[0]) * 3, shares[1], 1 + shares[2], 2 + shares[3]], Numbers(mixed.Images), Close);
        Assert.Equal(shares[0], mixed.Targets[0, 0].item<float>(), 1e-6);
    }

    [Fact]
    public void MixUp_OfSeveralLabels_MixesThem()
    {
        using Batch batch = new(zeros(2, 1, 1, 1), tensor(new float[] { 1, 1, 0, 0, 1, 1 }, [2, 3]), [0, 1]);
        using Batch mixed = new MixUp(alpha: 1).Apply(batch, Context(seed: 3));

        double share = new RandomStream(3).Beta(1, 1);
        Assert.Equal([share, 1, 1 - share, 1 - share, 1, share], Numbers(mixed.Targets), Close);
    }

    [Fact]
    public void CutMix_OfABatch_PutsOneRectangleIntoEachAndMixesTargetsByItsArea()
    {
        using Batch batch = new(arange(3).to(ScalarType.Float32).reshape(3, 1, 1, 1).expand(3, 2, 12, 20).clone(), tensor(new long[] { 0, 1, 2 }), [0, 1, 2]);
        for (int seed = 0; seed < 20; seed++)
        {
            using Batch mixed = new CutMix().Apply(batch, Context(seed));

            float[] first = Numbers(mixed.Images[1]).Select(value => (float)value).ToArray();
            double foreign = first.Count(value => value == 0) / (double)first.Length;
            Assert.All(first, value => Assert.True(value is 0 or 1));
            Assert.Equal(first[..240], first[240..]); // the same rectangle in both channels
            Assert.Equal([foreign, 1 - foreign, 0], Numbers(mixed.Targets[1]), Close);
            Assert.Equal(first.Select(value => value == 0), Numbers(mixed.Images[2]).Select(value => value == 1));
            (int x, int y)[] cut = [.. Enumerable.Range(0, 240).Where(index => first[index] == 0).Select(index => (index % 20, index / 20))];
            if (cut.Length > 0)
                Assert.Equal(cut.Length, (cut.Max(at => at.x) - cut.Min(at => at.x) + 1) * (cut.Max(at => at.y) - cut.Min(at => at.y) + 1));
        }
    }

    [Fact]
    public void CutMix_PerImage_CutsEachByItself()
    {
        using Batch batch = new(arange(8).to(ScalarType.Float32).reshape(8, 1, 1, 1).expand(8, 3, 16, 16).clone(), zeros(8, ScalarType.Int64), [.. Enumerable.Range(0, 8)]);
        using Batch mixed = new CutMix { PerImage = true }.Apply(batch, Context(seed: 1));

        int[] cuts = [.. Enumerable.Range(0, 8).Select(index => Numbers(mixed.Images[index]).Count(value => value != index))];
        Assert.True(cuts.Distinct().Count() > 3);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Mixing_AfterItsLastEpoch_LeavesBatchesAsTheyAre(int epoch, bool mixes)
    {
        using Batch batch = Classes();
        BatchTransformContext context = Context(seed: 1, epoch);

        foreach (IBatchTransform transform in new IBatchTransform[] { new MixUp { LastEpoch = 2 }, new CutMix { LastEpoch = 2 } })
        {
            Batch result = transform.Apply(batch, context);
            Assert.Equal(mixes, result != batch);
            if (mixes)
                result.Dispose();
        }
    }

    [Fact]
    public void Mixing_WhatHasNoMeaning_IsRefusedByName()
    {
        using Batch numbers = new(zeros(2, 3, 4, 4), tensor(new float[] { 3, -7 }, [2, 1]), [0, 1]);
        using Batch beyond = new(zeros(2, 3, 4, 4), tensor(new long[] { 0, 3 }), [0, 1]);
        using Batch features = new(zeros(2, 16), tensor(new long[] { 0, 1 }), [0, 1]);

        Assert.Contains("MixUp mixes targets", Assert.Throws<ArgumentException>(() => new MixUp().Apply(numbers, Context(1, outputs: 1))).Message);
        Assert.Contains("CutMix mixes targets", Assert.Throws<ArgumentException>(() => new CutMix().Apply(beyond, Context(1))).Message);
        Assert.Contains("CutMix cuts images", Assert.Throws<ArgumentException>(() => new CutMix().Apply(features, Context(1))).Message);
        using Batch mixed = new MixUp().Apply(features, Context(1));
        Assert.Equal([2, 16], mixed.Images.shape);
    }

    [Fact]
    public void Build_MixingForRegression_IsRefusedBeforeTheFit()
    {
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(DrawnShapes.GraySplit())
            .TransformBatches(new RandomBatchTransform(new MixUp(), new CutMix()));

        var error = Assert.Throws<TrainerConfigurationException>(() => builder.Build());

        Assert.Contains(error.Problems, problem => problem.StartsWith("MixUp mixes classes; the task 'regression' has numbers", StringComparison.Ordinal));
        Assert.Contains(error.Problems, problem => problem.StartsWith("CutMix", StringComparison.Ordinal));
    }

    [Fact]
    public void RandomBatchTransform_OverManyBatches_ChoosesEachAboutAsOften()
    {
        using Batch batch = new(arange(2).to(ScalarType.Float32).reshape(2, 1, 1, 1).expand(2, 3, 16, 16).clone(), tensor(new long[] { 0, 1 }), [0, 1]);
        var either = new RandomBatchTransform(new MixUp(alpha: 1), new CutMix());

        int mixUps = Enumerable.Range(0, 60).Count(seed =>
        {
            using Batch mixed = either.Apply(batch, Context(seed));
            return Numbers(mixed.Images).Any(value => value is > 0 and < 1);
        });

        Assert.InRange(mixUps, 18, 42);
        Assert.False(either.WorksOnFeatures);
        Assert.True(new RandomBatchTransform(new MixUp()).WorksOnFeatures);
        Assert.Throws<ArgumentException>(() => new RandomBatchTransform());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_WithBoth_GivesTheSameWeightsAtAnyNumberOfWorkers(int workers)
    {
        double[] first = Losses(workers: 1), second = Losses(workers);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Fit_OfSeveralLabels_LearnsFromMixedOnes()
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(DrawnShapes.BarSplit()).For(epochs: 3, batchSize: 8)
            .RunOn(torchThreads: 1).TransformBatches(new CutMix()).Build().Fit();

        Assert.All(result.History, epoch => Assert.InRange(epoch.Training[Metric.Loss], 0.01, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Constructor_ParameterNotAboveZero_IsRefused(double alpha)
    {
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new MixUp(alpha)).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new CutMix(alpha)).ParamName);
    }

    private static double[] Losses(int workers)
    {
        using TrainingResult result = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split()).For(epochs: 3, batchSize: 8)
            .Augment(images => images.TrivialAugmentWide().RandomResizedCrop(16).RandomErasing(fill: TransferLearning.Transforms.Augmentation.ErasingFill.Random))
            .TransformBatches(new RandomBatchTransform(new MixUp(), new CutMix { PerImage = true })).RunOn(torchThreads: 1, workers: workers).Build().Fit();
        return [.. result.History.SelectMany(epoch => new[] { epoch.Training[Metric.Loss], epoch.Validation[Metric.Loss] })];
    }

    private static Batch Classes() => new(tensor(new float[] { 0, 1, 2, 3 }, [4, 1, 1, 1]), tensor(new long[] { 0, 1, 2, 2 }), [0, 1, 2, 3]);

    private static BatchTransformContext Context(long seed, int epoch = 1, int outputs = 3) => new()
    {
        Random = new RandomStream(seed),
        Position = new TrainingPosition { Epoch = epoch, Epochs = 4, Step = 1, StepsPerEpoch = 1 },
        OutputCount = outputs,
    };

    private static double[] Numbers(Tensor values) => [.. values.contiguous().data<float>().ToArray().Select(value => (double)value)];

    private static bool Close(double first, double second) => Math.Abs(first - second) < 1e-5;
}
