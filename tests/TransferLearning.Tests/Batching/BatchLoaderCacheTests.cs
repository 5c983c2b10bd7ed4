using System.Collections.Concurrent;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Batching;

/// <summary>A loader that keeps images from epoch to epoch.</summary>
public sealed class BatchLoaderCacheTests
{
    private const int Samples = 18;
    private static readonly long _decodedBytes = PixelBuffer.BytesOf(40, 30);

    private static Dictionary<string, TransformPipeline> Pipelines { get; } = new()
    {
        ["evaluation"] = TransformPipeline.Empty.Resize(20).CenterCrop(16),
        ["training"] = TransformPipeline.Empty.RandomResizedCrop(16).RandomHorizontalFlip().ColorJitter(brightness: 0.3),
        ["in between"] = TransformPipeline.Empty.Resize(20).CenterCrop(18).RandomHorizontalFlip().CenterCrop(16),
        ["nothing"] = TransformPipeline.Empty,
        ["own operation"] = TransformPipeline.Empty.CenterCrop(16).Then((image, random) => random.NextInt32(2) == 0 ? image : new PixelBuffer(16, 16)),
    };

    public static TheoryData<string, int> PipelinesAndWorkers
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in Pipelines.Keys)
            {
                foreach (int workers in new[] { 0, 1, 3 })
                    data.Add(name, workers);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(PipelinesAndWorkers))]
    public void Epoch_WithAnyBudget_GivesTheSameBits(string name, int workers)
    {
        BatchLoaderOptions options = new() { BatchSize = 4, Sampler = Sampler.Shuffled, Seed = 5, Workers = workers };
        var plain = new LoaderScene(Samples, Pipelines[name], options);
        List<BatchContent>[] expected = [plain.Contents(1), plain.Contents(2), plain.Contents(3)];

        foreach (long budget in new[] { 1, 5 * _decodedBytes, long.MaxValue })
        {
            var keeping = new LoaderScene(Samples, Pipelines[name], options with { CacheBytes = budget });
            for (int epoch = 0; epoch < expected.Length; epoch++)
                BatchContent.AssertSame(expected[epoch], keeping.Contents(epoch + 1));
            Assert.InRange(keeping.Loader.CachedBytes, 0, budget);
            keeping.AssertAtRest();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Epoch_AfterEverythingIsKept_ReadsNothing(int workers)
    {
        var loaded = new ConcurrentBag<int>();
        var decoder = new WatchedDecoder();
        BatchLoaderOptions options = new() { BatchSize = 4, Workers = workers, CacheBytes = Samples * _decodedBytes };
        var scene = new LoaderScene(Samples, Pipelines["training"], options, loaded.Add, decoder: decoder);

        scene.Contents(1);
        scene.Contents(2);

        Assert.Equal(Enumerable.Range(0, Samples), loaded.Order());
        Assert.Equal(Samples, decoder.Asked.Count);
        Assert.All(decoder.Asked, part => Assert.Null(part));
        Assert.Equal(Samples * _decodedBytes, scene.Loader.CachedBytes);
    }

    [Fact]
    public void Epoch_WithRoomForSome_KeepsTheFirstAndDecodesPartsOfTheOthers()
    {
        var loaded = new ConcurrentBag<int>();
        var decoder = new WatchedDecoder();
        BatchLoaderOptions options = new() { BatchSize = 4, Workers = 0, CacheBytes = 5 * _decodedBytes + 1 };
        var scene = new LoaderScene(Samples, Pipelines["training"], options, loaded.Add, decoder: decoder);

        scene.Contents(1);
        int[] first = [.. loaded];
        loaded.Clear();
        scene.Contents(2);

        Assert.Equal(Samples, first.Length);
        Assert.Equal(Enumerable.Range(5, Samples - 5), loaded.Order());
        Assert.Equal(5, decoder.Asked.Count(part => part is null));
        Assert.Equal(5 * _decodedBytes, scene.Loader.CachedBytes);
    }

    [Fact]
    public void Epoch_OfAnEvaluationPipeline_KeepsFinishedImages()
    {
        var scene = new LoaderScene(Samples, Pipelines["evaluation"], new() { BatchSize = 4, CacheBytes = long.MaxValue });

        scene.Contents(1);

        Assert.Equal(Samples * PixelBuffer.BytesOf(16, 16), scene.Loader.CachedBytes);
    }

    [Fact]
    public void Epoch_WithoutABudget_KeepsNothing()
    {
        var scene = new LoaderScene(Samples, Pipelines["evaluation"], new() { BatchSize = 4 });

        scene.Contents(1);

        Assert.Equal(0, scene.Loader.CachedBytes);
    }

    [Fact]
    public void Epoch_OfUnreadableSamples_TriesThemAgainAndKeepsTheOthers()
    {
        var loaded = new ConcurrentBag<int>();
        var replaced = new Dictionary<int, byte[]> { [2] = DrawnImage.Jpeg()[..^2] };
        BatchLoaderOptions options = new() { BatchSize = 4, CacheBytes = long.MaxValue, Unreadable = UnreadablePolicy.SkipAndReport };
        var scene = new LoaderScene(6, Pipelines["training"], options, loaded.Add, replaced);

        scene.Contents(1);
        loaded.Clear();
        scene.Contents(2);

        Assert.Equal([2], loaded);
        Assert.Equal(5 * _decodedBytes, scene.Loader.CachedBytes);
        Assert.Equal("image 2", Assert.Single(scene.Loader.Skipped).Name);
    }
}
