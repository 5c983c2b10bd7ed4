using System.Diagnostics;
using TransferLearning.Batching;
using TransferLearning.Imaging;

namespace TransferLearning.Tests.Batching;

public sealed class BatchLoaderWaitTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Waited_BeforeAnythingIsAskedFor_IsZero() => Assert.Equal(TimeSpan.Zero, new LoaderScene(4).Loader.Waited);

    [Fact]
    public void Waited_WhileAWorkerDecodes_CoversTheTimeThatTheConsumerWasBlocked()
    {
        Thread consumer = Thread.CurrentThread;
        TimeSpan blocked = TimeSpan.Zero;
        int decoded = 0;
        var decoder = new HoldingDecoder(() =>
        {
            if (decoded++ != 1)
                return; // the second image is begun once the first was handed over, when nothing but this is left to wait for
            bool waits = SpinWait.SpinUntil(() => consumer.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin), _patience);
            long start = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() > start);
            blocked = waits ? Stopwatch.GetElapsedTime(start) : TimeSpan.MaxValue;
        });
        var scene = new LoaderScene(3, options: new() { BatchSize = 1, PrefetchBatches = 1, Workers = 1 }, decoder: decoder);

        foreach (Batch batch in scene.Loader.GetBatches(1))
            batch.Dispose();

        Assert.True(blocked > TimeSpan.Zero);
        Assert.True(scene.Loader.Waited >= blocked, $"waited {scene.Loader.Waited}, blocked {blocked}");
    }

    [Fact]
    public void Waited_WithoutWorkers_CoversTheDecodingAndGrowsFromEpochToEpoch()
    {
        TimeSpan decoding = TimeSpan.Zero;
        var decoder = new HoldingDecoder(() =>
        {
            long start = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() > start);
            decoding += Stopwatch.GetElapsedTime(start);
        });
        var scene = new LoaderScene(4, options: new() { BatchSize = 4, Workers = 0 }, decoder: decoder);

        scene.Contents(1);
        TimeSpan first = scene.Loader.Waited;
        scene.Contents(2);

        Assert.True(scene.Loader.Waited >= decoding);
        Assert.True(scene.Loader.Waited > first);
    }

    [Fact]
    public void Waited_WhileTheConsumerWorks_StandsStill()
    {
        var scene = new LoaderScene(8, options: new() { BatchSize = 4, Workers = 1 });

        foreach (Batch batch in scene.Loader.GetBatches(1))
        {
            TimeSpan atReceipt = scene.Loader.Waited;
            batch.Dispose();
            Assert.Equal(atReceipt, scene.Loader.Waited);
        }
    }

    private sealed class HoldingDecoder(Action hold) : IImageDecoder
    {
        private readonly SkiaImageDecoder _inner = new();

        public string Identifier => "holding";

        public bool TryReadHeader(ReadOnlySpan<byte> encoded, out ImageHeader header) => _inner.TryReadHeader(encoded, out header);

        public DecodeStatus Decode(ReadOnlySpan<byte> encoded, PixelBuffer destination)
        {
            hold();
            return _inner.Decode(encoded, destination);
        }
    }
}
