using System.Collections.Concurrent;
using TransferLearning.Batching;

namespace TransferLearning.Tests.Batching;

public sealed class ReadAheadTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly List<int> _recorded = [];

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 0, 50)]
    [InlineData(7, 0, 50)]
    [InlineData(1, 1, 50)]
    [InlineData(1, 4, 50)]
    [InlineData(7, 3, 50)]
    [InlineData(200, 3, 50)]
    public void Of_AnyBoundAndWorkers_GivesEveryResultInOrder(int ahead, int workers, int count) =>
        Assert.Equal(
            Enumerable.Range(0, count).Select(item => item * item),
            ReadAhead.Of(Enumerable.Range(0, count), ahead, workers, item => item * item, _ => { }));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_AnEndlessSequence_IsTakenNoFurtherThanTheBoundOnTheConsumersThread(int ahead)
    {
        var threads = new HashSet<Thread>();
        int taken = 0;

        int[] results = [.. ReadAhead.Of(Endless(), ahead, 2, item => item, _ => { }).Take(5)];

        Assert.Equal([0, 1, 2, 3, 4], results);
        Assert.Equal(5 + ahead, taken);
        Assert.Equal([Thread.CurrentThread], threads);

        IEnumerable<int> Endless()
        {
            while (true)
            {
                threads.Add(Thread.CurrentThread);
                yield return taken++;
            }
        }
    }

    [Fact]
    public void Of_BeforeItIsAskedFor_TakesNothing()
    {
        bool taken = false;

        _ = ReadAhead.Of(Enumerable.Range(0, 3).Select(item => taken = true), 2, 2, item => item, _ => { });

        Assert.False(taken);
    }

    [Fact]
    public void Of_WhileTheConsumerHasAResult_ComputesTheNext()
    {
        using var nextIsComputed = new ManualResetEventSlim();
        IEnumerable<int> results = ReadAhead.Of([0, 1], 1, 1, Compute, _ => { });

        foreach (int result in results)
            Assert.True(result != 0 || nextIsComputed.Wait(_patience));

        int Compute(int item)
        {
            if (item == 1)
                nextIsComputed.Set();
            return item;
        }
    }

    [Fact]
    public void Of_WithoutWorkers_ComputesEachResultWhenItIsDueOnTheConsumersThread()
    {
        using IEnumerator<Thread> results = ReadAhead.Of(Enumerable.Range(0, 6), 3, 0, Compute, _ => { }).GetEnumerator();

        results.MoveNext();
        results.MoveNext();

        Assert.Equal([0, 1], _recorded);
        Assert.Same(Thread.CurrentThread, results.Current);

        Thread Compute(int item)
        {
            Recorded(item);
            return Thread.CurrentThread;
        }
    }

    [Fact]
    public void Of_WhenALaterResultIsReadyFirst_WaitsForTheEarlier()
    {
        using var laterIsDone = new ManualResetEventSlim();

        Assert.Equal([true, false], ReadAhead.Of([0, 1], 2, 2, Compute, _ => { }));

        bool Compute(int item)
        {
            if (item == 0)
                return laterIsDone.Wait(_patience);
            laterIsDone.Set();
            return false;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Of_WhereAnItemFails_ThrowsAfterTheResultsBeforeIt(int workers)
    {
        var failure = new InvalidTimeZoneException("item 2");
        var discarded = new List<int>();

        var error = Assert.Throws<InvalidTimeZoneException>(() =>
            ReadAhead.Of(Enumerable.Range(0, 6), 6, workers, item => item == 2 ? throw failure : item, discarded.Add).Select(Recorded).Count());

        Assert.Same(failure, error);
        Assert.Equal([0, 1], _recorded);
        Assert.DoesNotContain(discarded, item => item <= 2);
    }

    [Fact]
    public void Of_LeftWithOneTaken_DiscardsExactlyTheBound()
    {
        using var boundIsReached = new CountdownEvent(6);
        var computed = new ConcurrentBag<int>();
        var discarded = new List<int>();
        IEnumerator<int> results = ReadAhead.Of(Enumerable.Range(0, 1000), 5, 2, Compute, discarded.Add).GetEnumerator();

        results.MoveNext();
        bool reached = boundIsReached.Wait(_patience);
        results.Dispose();

        Assert.True(reached);
        Assert.Equal([0, 1, 2, 3, 4, 5], computed.Order());
        Assert.Equal([1, 2, 3, 4, 5], discarded.Order());

        int Compute(int item)
        {
            computed.Add(item);
            if (!boundIsReached.IsSet)
                boundIsReached.Signal();
            return item;
        }
    }

    [Fact]
    public void Of_WhileTheConsumerWaits_IsWokenByCancellation()
    {
        using var cancellation = new CancellationTokenSource();
        using var consumerLeft = new ManualResetEventSlim();
        Thread consumer = Thread.CurrentThread;
        var discarded = new List<bool>();

        Assert.Throws<OperationCanceledException>(() => ReadAhead.Of(Items(), 1, 1, CancelAndHoldBack, discarded.Add, cancellation.Token).First());

        Assert.Equal([true], discarded);

        IEnumerable<int> Items()
        {
            try
            {
                yield return 0;
            }
            finally
            {
                consumerLeft.Set();
            }
        }

        bool CancelAndHoldBack(int item)
        {
            SpinWait.SpinUntil(() => consumer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), _patience);
            cancellation.Cancel();
            return consumerLeft.Wait(_patience);
        }
    }

    [Fact]
    public void Of_CancelledWhileAComputationBlocks_LeavesItToEndAloneAndDiscardsItsResult()
    {
        using var cancellation = new CancellationTokenSource();
        using var isReleased = new ManualResetEventSlim();
        using var isDiscarded = new ManualResetEventSlim();
        Thread? worker = null;

        Assert.Throws<OperationCanceledException>(() => ReadAhead.Of([0, 1], 2, 1, Block, _ => isDiscarded.Set(), cancellation.Token).First());

        Assert.False(isDiscarded.IsSet);
        isReleased.Set();
        Assert.True(isDiscarded.Wait(_patience));
        Assert.True(worker!.Join(_patience));

        int Block(int item)
        {
            worker = Thread.CurrentThread;
            cancellation.Cancel();
            isReleased.Wait();
            return item;
        }
    }

    [Fact]
    public void Of_WhereTheComputationFailsBecauseItIsCancelled_EndsWithCancellation()
    {
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => ReadAhead.Of([0], 1, 0, Fail, _ => { }, cancellation.Token).First());

        int Fail(int item)
        {
            cancellation.Cancel();
            throw new InvalidTimeZoneException();
        }
    }

    [Fact]
    public void Of_WhereTheSequenceFails_ThrowsAfterTheResultsBeforeIt()
    {
        Assert.Throws<InvalidTimeZoneException>(() => ReadAhead.Of(Failing(), 6, 2, item => item, _ => { }).Select(Recorded).Count());

        Assert.Equal([0, 1], _recorded);

        static IEnumerable<int> Failing()
        {
            yield return 0;
            yield return 1;
            throw new InvalidTimeZoneException("the list is torn");
        }
    }

    [Fact]
    public void Of_LeftEarly_StopsItsThreadsAndDiscardsWhatWasComputed()
    {
        var threads = new ConcurrentBag<Thread>();
        var discarded = new ConcurrentBag<int>();
        var computed = new ConcurrentBag<int>();

        int first = ReadAhead.Of(Enumerable.Range(0, 100), 5, 2, Compute, discarded.Add).First();

        Assert.Equal(0, first);
        Assert.DoesNotContain(threads, thread => thread.IsAlive);
        Assert.Equal(computed.Where(item => item > 0).Order(), discarded.Order());

        int Compute(int item)
        {
            threads.Add(Thread.CurrentThread);
            computed.Add(item);
            return item;
        }
    }

    [Fact]
    public void Batches_WhereAResultFails_DiscardsThoseOfItsBatchAndNoOther()
    {
        var discarded = new List<int>();
        IEnumerable<int> results = Enumerable.Range(0, 9).Select(item => item == 5 ? throw new InvalidTimeZoneException() : item);

        using IEnumerator<int[]> batches = ReadAhead.Batches(results, size: 3, discarded.Add).GetEnumerator();

        Assert.True(batches.MoveNext());
        Assert.Equal([0, 1, 2], batches.Current);
        Assert.Throws<InvalidTimeZoneException>(() => batches.MoveNext());
        Assert.Equal([3, 4], discarded);
    }

    [Fact]
    public void Batches_ToTheEnd_HoldEveryResultAndDiscardNone() =>
        Assert.Equal([[0, 1, 2], [3, 4, 5], [6]], ReadAhead.Batches(Enumerable.Range(0, 7), size: 3, _ => Assert.Fail("discarded")));

    private int Recorded(int result)
    {
        _recorded.Add(result);
        return result;
    }
}
