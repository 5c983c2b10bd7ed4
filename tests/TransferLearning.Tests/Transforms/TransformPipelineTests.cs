using TransferLearning.Imaging;
using TransferLearning.Randomness;
using TransferLearning.Tests.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Transforms;

public sealed class TransformPipelineTests
{
    private static TransformPipeline Augmentation { get; } = TransformPipeline.Empty
        .RandomResizedCrop(24)
        .RandomHorizontalFlip()
        .ColorJitter(0.4, 0.4, 0.4, 0.1)
        .RandomRotation(20);

    [Fact]
    public void Apply_SameKey_GivesTheSamePixels()
    {
        PixelBuffer image = TestImages.Noise(50, 40);

        Assert.Equal(Apply(image, seed: 5, epoch: 2, sample: 9), Apply(image, seed: 5, epoch: 2, sample: 9));
    }

    [Theory]
    [InlineData(6, 2, 9)]
    [InlineData(5, 3, 9)]
    [InlineData(5, 2, 10)]
    public void Apply_OtherSeedEpochOrSample_GivesOtherPixels(long seed, int epoch, int sample)
    {
        PixelBuffer image = TestImages.Noise(50, 40);

        Assert.NotEqual(Apply(image, seed: 5, epoch: 2, sample: 9), Apply(image, seed, epoch, sample));
    }

    [Fact]
    public void Apply_EachOperation_DrawsFromItsOwnStream()
    {
        var drawn = new List<ulong>();
        PixelBuffer Draw(PixelBuffer image, RandomStream random)
        {
            drawn.Add(random.NextUInt64());
            return image;
        }

        TransformPipeline.Empty.Then(Draw).Then(Draw).Apply(TestImages.Noise(2, 2), seed: 5, epoch: 2, sample: 9);

        Assert.Equal(
            [new RandomStream(5, RandomPurpose.Augmentation, 1, 9, 0).NextUInt64(), new RandomStream(5, RandomPurpose.Augmentation, 1, 9, 1).NextUInt64()],
            drawn);
    }

    [Fact]
    public void Apply_Empty_GivesTheInput()
    {
        PixelBuffer image = TestImages.Noise(3, 3);

        Assert.Same(image, TransformPipeline.Empty.Apply(image, 0, 0, 0));
    }

    [Fact]
    public void Apply_OperationThrows_NamesItAndItsPlace()
    {
        var cause = new DivideByZeroException("no");
        TransformPipeline pipeline = TransformPipeline.Empty.Resize(8).Then((_, _) => throw cause).RandomHorizontalFlip();

        var error = Assert.Throws<TransformException>(() => pipeline.Apply(TestImages.Noise(9, 9), seed: 0, epoch: 4, sample: 17));

        Assert.Same(cause, error.InnerException);
        Assert.Same(pipeline.Operations[1], error.Operation);
        Assert.Equal(1, error.OperationIndex);
        Assert.Equal("Operation 1 of 0 to 2, Lambda, failed on sample 17 in epoch 4: no", error.Message);
    }

    [Fact]
    public void Apply_OperationReturnsNull_SaysSo()
    {
        TransformPipeline pipeline = TransformPipeline.Empty.Then((_, _) => null!);

        var error = Assert.Throws<TransformException>(() => pipeline.Apply(TestImages.Noise(9, 9), 0, 0, 0));

        Assert.Contains("it returned null", error.Message);
    }

    [Fact]
    public void Apply_OperationIsCancelled_LetsTheCancellationThrough()
    {
        TransformPipeline pipeline = TransformPipeline.Empty.Then((_, _) => throw new OperationCanceledException());

        Assert.Throws<OperationCanceledException>(() => pipeline.Apply(TestImages.Noise(9, 9), 0, 0, 0));
    }

    [Fact]
    public void Verbs_Chained_LeaveTheShorterPipelineAsItWas()
    {
        TransformPipeline start = TransformPipeline.Empty.Resize(8);

        TransformPipeline longer = start.CenterCrop(4).CenterCrop(3, 2).Resize(5, 6);

        Assert.Single(start.Operations);
        Assert.Equal([typeof(Resize), typeof(CenterCrop), typeof(CenterCrop), typeof(Resize)], longer.Operations.Select(operation => operation.GetType()));
    }

    [Fact]
    public void Then_AnotherPipeline_AppendsItsOperationsAndStatistics()
    {
        TransformPipeline joined = TransformPipeline.Empty.Resize(8).Then(TransformPipeline.Empty.CenterCrop(4).Normalize(ChannelStatistics.Inception));

        Assert.Equal(2, joined.Operations.Count);
        Assert.Same(ChannelStatistics.Inception, joined.Statistics);
    }

    [Fact]
    public void Normalize_Twice_IsRefused()
    {
        TransformPipeline normalized = TransformPipeline.Empty.Normalize(ChannelStatistics.ImageNet);

        Assert.Throws<InvalidOperationException>(() => normalized.Normalize(ChannelStatistics.Inception));
        Assert.Throws<InvalidOperationException>(() => normalized.Then(normalized));
    }

    [Fact]
    public void ForEvaluation_Preprocessing_IsFollowedToTheLetter()
    {
        var preprocessing = new Preprocessing { ResizeTo = 40, CropTo = 32, Interpolation = Interpolation.Bicubic, Statistics = ChannelStatistics.Inception };
        PixelBuffer image = TestImages.Noise(90, 60);

        TransformPipeline pipeline = TransformPipeline.ForEvaluation(preprocessing);

        PixelBuffer expected = TransformPipeline.Empty.Resize(60, 40, Interpolation.Bicubic).CenterCrop(32).Apply(image, 0, 0, 0);
        Assert.Equal(expected.Pixels.ToArray(), pipeline.Apply(image, 0, 0, 0).Pixels.ToArray());
        Assert.Same(ChannelStatistics.Inception, pipeline.Statistics);
    }

    [Fact]
    public void ForTraining_Preprocessing_GivesTheSameSizeAndAugments()
    {
        var preprocessing = new Preprocessing { CropTo = 32, Interpolation = Interpolation.Bicubic };

        TransformPipeline pipeline = TransformPipeline.ForTraining(preprocessing);

        Assert.Equal(Interpolation.Bicubic, Assert.IsType<RandomResizedCrop>(pipeline.Operations[0]).Interpolation);
        Assert.Equal(0.5, Assert.IsType<RandomHorizontalFlip>(pipeline.Operations[1]).Probability);
        Assert.Same(ChannelStatistics.ImageNet, pipeline.Statistics);
        PixelBuffer result = pipeline.Apply(TestImages.Noise(90, 60), 0, 0, 0);
        Assert.Equal((32, 32), (result.Width, result.Height));
    }

    private static byte[] Apply(PixelBuffer image, long seed, int epoch, int sample) =>
        Augmentation.Apply(image, seed, epoch, sample).Pixels.ToArray();
}
