using System.Collections.Concurrent;
using System.Diagnostics;

namespace TransferLearning.Batching;

/// <summary>Computes a result for each item of a sequence in background threads, a bounded number ahead of the consumer.</summary>
internal static class ReadAhead
{
    private static readonly TimeSpan _patienceOnceCancelled = TimeSpan.FromSeconds(0.5);

    /// <summary>Returns the results in the order of the items, which only the consuming thread enumerates. What fails is thrown where it is due.</summary>
    /// <remarks>At its end the threads have ended, too. Once it is cancelled, a computation that takes longer goes on alone, and discards its result.</remarks>
    /// <param name="items">Enumerated at most <paramref name="ahead"/> items ahead.</param>
    /// <param name="ahead">The maximum number of results in progress or waiting; at least 1.</param>
    /// <param name="workers">The number of threads; 0 computes each result on the consuming thread when it is due.</param>
    /// <param name="compute">Computes the result of an item; called by several threads at once.</param>
    /// <param name="discard">Receives each result that was computed but not returned.</param>
    /// <param name="cancellationToken">Cancels the wait for a result.</param>
    public static IEnumerable<TResult> Of<TItem, TResult>(
        IEnumerable<TItem> items, int ahead, int workers, Func<TItem, TResult> compute, Action<TResult> discard,
        CancellationToken cancellationToken = default)
    {
        var due = new Queue<Task<TResult>>(); // started or not, in the order of the items
        var toStart = new BlockingCollection<Task<TResult>>();
        Thread[] threads = [.. Enumerable.Range(1, workers).Select(number => StartThread($"image reader {number} of {workers}"))];
        try
        {
            using IEnumerator<TItem> source = items.GetEnumerator();
            bool more = true;
            for (Fill(); due.Count > 0; Fill())
            {
                TResult result = Next();
                if (workers > 0)
                    Fill(); // the threads go on while the consumer has the result
                yield return result;
            }

            void Fill()
            {
                while (more && due.Count < (workers > 0 ? ahead : 1))
                {
                    Task<TResult>? task = TakeItem(source, compute);
                    more = task is { IsFaulted: false };
                    if (task is not null)
                        due.Enqueue(task);
                    if (more)
                        toStart.Add(task!, CancellationToken.None);
                }
            }
        }
        finally
        {
            while (toStart.TryTake(out _))
            {
            }
            toStart.CompleteAdding();
            if (HaveEnded(threads, cancellationToken))
                toStart.Dispose();
            foreach (Task<TResult> task in due)
            {
                if (task.IsCompletedSuccessfully)
                    discard(task.Result);
                else
                    task.ContinueWith(late => discard(late.Result), default, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }

        TResult Next()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (workers == 0 && toStart.TryTake(out Task<TResult>? task))
                task.RunSynchronously();
            Task.WaitAny([due.Peek()], cancellationToken);
            cancellationToken.ThrowIfCancellationRequested(); // what failed may have failed because of it
            return due.Dequeue().GetAwaiter().GetResult();
        }

        Thread StartThread(string name)
        {
            var thread = new Thread(Work) { IsBackground = true, Name = name };
            thread.Start();
            return thread;
        }

        void Work()
        {
            foreach (Task<TResult> task in toStart.GetConsumingEnumerable(CancellationToken.None))
                task.RunSynchronously(TaskScheduler.Default);
        }
    }

    /// <summary>Groups results by <paramref name="size"/>; where a later one fails, those that wait for their group to be full are discarded.</summary>
    public static IEnumerable<TResult[]> Batches<TResult>(IEnumerable<TResult> results, int size, Action<TResult> discard) =>
        Batches(results, size, long.MaxValue, _ => 0, discard);

    /// <summary>Groups results until there are <paramref name="size"/> or they weigh <paramref name="most"/>; where a later one fails, those that wait for
    /// their group to be full are discarded.</summary>
    public static IEnumerable<TResult[]> Batches<TResult>(
        IEnumerable<TResult> results, int size, long most, Func<TResult, long> weigh, Action<TResult> discard)
    {
        var batch = new List<TResult>();
        long weight = 0;
        try
        {
            foreach (TResult result in results)
            {
                batch.Add(result);
                weight += weigh(result);
                if (batch.Count == size || weight >= most)
                    yield return TakeAll();
            }

            if (batch.Count > 0)
                yield return TakeAll();
        }
        finally
        {
            batch.ForEach(discard);
        }

        TResult[] TakeAll()
        {
            TResult[] all = [.. batch];
            batch.Clear();
            weight = 0;
            return all;
        }
    }

    private static bool HaveEnded(Thread[] threads, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        return Array.TrueForAll(threads, thread =>
        {
            while (!thread.Join(millisecondsTimeout: 50))
            {
                if (cancellationToken.IsCancellationRequested && Stopwatch.GetElapsedTime(start) > _patienceOnceCancelled)
                    return false;
            }
            return true;
        });
    }

    /// <returns>The computation of the next item's result, not started; a failed one where the sequence fails, null at its end.</returns>
    private static Task<TResult>? TakeItem<TItem, TResult>(IEnumerator<TItem> source, Func<TItem, TResult> compute)
    {
        try
        {
            if (!source.MoveNext())
                return null;
            TItem item = source.Current;
            return new Task<TResult>(() => compute(item));
        }
        catch (Exception error)
        {
            return Task.FromException<TResult>(error);
        }
    }
}
