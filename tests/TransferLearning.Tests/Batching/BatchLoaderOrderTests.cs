using TransferLearning.Batching;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class BatchLoaderOrderTests
{
    private static readonly TransformPipeline _augmentation =
        TransformPipeline.Empty.RandomResizedCrop(16).RandomHorizontalFlip().ColorJitter(brightness: 0.3, hue: 0.1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 8)]
    public void Epoch_AtAnyWorkersAndPrefetch_GivesTheSameBits(int workers, int prefetch)
    {
        BatchLoaderOptions inline = new() { BatchSize = 4, Sampler = Sampler.Shuffled, Seed = 5, Workers = 0 };
        var expected = new LoaderScene(18, _augmentation, inline);
        var actual = new LoaderScene(18, _augmentation, inline with { Workers = workers, PrefetchBatches = prefetch });

        foreach (int epoch in new[] { 0, 1 })
            BatchContent.AssertSame(expected.Contents(epoch + 1), actual.Contents(epoch + 1));
        actual.AssertAtRest();
    }

    [Fact]
    public void Epoch_Shuffled_HasItsOwnOrderOfAllSamples()
    {
        var scene = new LoaderScene(18, options: new() { BatchSize = 4, Sampler = Sampler.Shuffled, Seed = 1 });

        (int[] first, int[] second) = (scene.Order(1), scene.Order(2));

        Assert.Equal(Enumerable.Range(0, 18), first.Order());
        Assert.Equal(Enumerable.Range(0, 18), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, scene.Order(1));
    }

    [Fact]
    public void Epoch_WithAnotherSeed_HasAnotherOrder()
    {
        BatchLoaderOptions options = new() { BatchSize = 4, Sampler = Sampler.Shuffled, Seed = 1 };

        Assert.NotEqual(new LoaderScene(18, options: options).Order(1), new LoaderScene(18, options: options with { Seed = 2 }).Order(1));
    }

    [Fact]
    public void Epoch_NotShuffled_KeepsTheSourcesOrder() =>
        Assert.Equal(Enumerable.Range(0, 10), new LoaderScene(10).Order(epoch: 4));

    [Fact]
    public void Epoch_WithRandomTransforms_ChangesTheImagesFromEpochToEpoch()
    {
        var scene = new LoaderScene(4, _augmentation);

        Assert.NotEqual(scene.Contents(1)[0].Pixels, scene.Contents(2)[0].Pixels);
    }

    [Theory]
    [InlineData(10, false, new[] { 4, 4, 2 })]
    [InlineData(10, true, new[] { 4, 4 })]
    [InlineData(8, false, new[] { 4, 4 })]
    [InlineData(8, true, new[] { 4, 4 })]
    [InlineData(3, false, new[] { 3 })]
    public void Epoch_OfSamplesThatDoNotFillTheLastBatch_ShortensOrDropsIt(int samples, bool dropLast, int[] sizes)
    {
        var scene = new LoaderScene(samples, options: new() { BatchSize = 4, DropLast = dropLast });

        Assert.Equal(sizes, scene.Contents().Select(batch => batch.Indices.Length));
        Assert.Equal(sizes.Length, scene.Loader.BatchesPerEpoch);
        Assert.Equal(samples, scene.Loader.SampleCount);
    }
}
