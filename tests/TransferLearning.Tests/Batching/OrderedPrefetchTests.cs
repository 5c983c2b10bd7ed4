using System.Collections.Concurrent;
using TransferLearning.Batching;

namespace TransferLearning.Tests.Batching;

public sealed class OrderedPrefetchTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    [InlineData(4, 200)]
    public void Next_AtAnyWorkersAndBound_HandsOverInOrder(int workers, int ahead)
    {
        using var prefetch = new OrderedPrefetch<int>(100, ahead, workers, position => position * position, _ => { }, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 100).Select(position => position * position), Enumerable.Range(0, 100).Select(_ => prefetch.Next()));
    }

    [Fact]
    public void Next_WhenALaterResultIsReadyFirst_WaitsForTheEarlier()
    {
        using var laterIsDone = new ManualResetEventSlim();
        using var prefetch = new OrderedPrefetch<bool>(2, ahead: 2, workers: 2, Compute, _ => { }, CancellationToken.None);

        Assert.Equal([true, false], [prefetch.Next(), prefetch.Next()]);

        bool Compute(int position)
        {
            if (position == 0)
                return laterIsDone.Wait(_patience);
            laterIsDone.Set();
            return false;
        }
    }

    [Fact]
    public void Dispose_WithNothingTaken_DiscardsExactlyTheBound()
    {
        using var boundIsReached = new CountdownEvent(5);
        var computed = new ConcurrentBag<int>();
        var discarded = new List<int>();
        var prefetch = new OrderedPrefetch<int>(1000, ahead: 5, workers: 2, Compute, discarded.Add, CancellationToken.None);

        bool reached = boundIsReached.Wait(_patience);
        prefetch.Dispose();

        Assert.True(reached);
        Assert.Equal([0, 1, 2, 3, 4], computed.Order());
        Assert.Equal([0, 1, 2, 3, 4], discarded.Order());

        int Compute(int position)
        {
            computed.Add(position);
            if (!boundIsReached.IsSet)
                boundIsReached.Signal();
            return position;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Next_WhereAPositionFails_ThrowsItsExceptionThereAndNotBefore(int workers)
    {
        var failure = new InvalidTimeZoneException("position 2");
        var discarded = new List<int>();
        using (var prefetch = new OrderedPrefetch<int>(6, ahead: 6, workers, position => position == 2 ? throw failure : position, discarded.Add, CancellationToken.None))
        {
            Assert.Equal(0, prefetch.Next());
            Assert.Equal(1, prefetch.Next());
            Assert.Same(failure, Assert.Throws<InvalidTimeZoneException>(() => prefetch.Next()));
        }

        Assert.DoesNotContain(discarded, position => position <= 2);
    }

    [Fact]
    public void Next_WhileWaiting_IsWokenByCancellation()
    {
        using var cancellation = new CancellationTokenSource();
        using var consumerLeft = new ManualResetEventSlim();
        Thread consumer = Thread.CurrentThread;
        using var prefetch = new OrderedPrefetch<bool>(1, ahead: 1, workers: 1, CancelAndHoldBack, _ => { }, cancellation.Token);

        Assert.Throws<OperationCanceledException>(() => prefetch.Next());
        consumerLeft.Set();

        bool CancelAndHoldBack(int position)
        {
            SpinWait.SpinUntil(() => consumer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), _patience);
            cancellation.Cancel();
            return consumerLeft.Wait(_patience);
        }
    }
}
