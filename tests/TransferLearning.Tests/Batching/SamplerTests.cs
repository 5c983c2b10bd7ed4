using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Randomness;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

public sealed class SamplerTests
{
    [Fact]
    public void Sampler_ThatRepeatsASample_ShowsItWithRandomTransformsOfItsOwn()
    {
        var scene = new LoaderScene(4, TransformPipeline.Empty.RandomResizedCrop(16), new() { BatchSize = 4, Sampler = new Chosen(0, 0, 2, 0), Seed = 3 });

        BatchContent batch = Assert.Single(scene.Contents());

        Assert.Equal([0, 0, 2, 0], batch.Indices);
        float[][] images = [.. batch.Pixels.Chunk(batch.Pixels.Length / 4)];
        Assert.NotEqual(images[0], images[1]);
        Assert.NotEqual(images[1], images[3]);
    }

    [Fact]
    public void Sampler_ThatTakesASampleOnce_ShowsItAsWithoutASampler()
    {
        TransformPipeline pipeline = TransformPipeline.Empty.RandomResizedCrop(16);
        BatchContent chosen = new LoaderScene(4, pipeline, new() { BatchSize = 4, Sampler = new Chosen(3, 1, 2, 0) }).Contents()[0];
        BatchContent inOrder = new LoaderScene(4, pipeline, new() { BatchSize = 4 }).Contents()[0];

        Assert.Equal(inOrder.Pixels.Chunk(inOrder.Pixels.Length / 4).ElementAt(3), chosen.Pixels.Chunk(chosen.Pixels.Length / 4).First());
    }

    [Theory]
    [InlineData(new[] { 0, 1 }, "The sampler Chosen chose 2 samples; an epoch has 3.")]
    [InlineData(new[] { 0, 1, 3 }, "The sampler Chosen chose the sample 3; the samples are 0 to 2.")]
    public void Sampler_ThatChoosesWrongly_IsRefusedByName(int[] chosen, string message)
    {
        var scene = new LoaderScene(3, options: new() { BatchSize = 2, Sampler = new Chosen(chosen) });

        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => scene.Contents()).Message);
    }

    private sealed class Chosen(params int[] chosen) : ISampler
    {
        public IReadOnlyList<int> Choose(IReadOnlyList<Sample> samples, RandomStream random) => chosen;
    }
}
