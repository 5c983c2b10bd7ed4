using System.Runtime.ExceptionServices;

namespace TransferLearning.Batching;

/// <summary>Computes a result for each item of a sequence of unknown length in background threads, a bounded number ahead of the consumer.</summary>
internal static class ReadAhead
{
    /// <summary>Returns the results in the order of the items. Items are enumerated only on the consuming thread.</summary>
    /// <param name="items">Enumerated at most <paramref name="ahead"/> items ahead; its exceptions are thrown after the results before them.</param>
    /// <param name="ahead">The maximum number of results in progress or waiting; at least 1.</param>
    /// <param name="workers">The number of threads; at least 1.</param>
    /// <param name="compute">Computes the result of an item; its exception is thrown in place of the result. Called by several threads at once.</param>
    /// <param name="discard">Receives each result that was computed but not returned.</param>
    public static IEnumerable<TResult> Of<TItem, TResult>(
        IEnumerable<TItem> items, int ahead, int workers, Func<TItem, TResult> compute, Action<TResult> discard)
    {
        using IEnumerator<TItem> source = items.GetEnumerator();
        var inProgress = new TItem[ahead]; // item i is in slot i modulo the length until its result is returned
        using var results = new OrderedPrefetch<TResult>(0, ahead, workers, position => compute(inProgress[position % ahead]), discard, CancellationToken.None);

        (int taken, int handedOver) = (0, 0);
        (bool more, ExceptionDispatchInfo? failure) = (true, null);
        for (TakeItems(); handedOver < taken; handedOver++)
        {
            TResult result = results.Next();
            TakeItems(handedOver + 1);
            yield return result;
        }
        failure?.Throw();

        void TakeItems(int done = 0)
        {
            while (more && taken - done < ahead)
            {
                try
                {
                    more = source.MoveNext();
                    if (more)
                        inProgress[taken % ahead] = source.Current;
                }
                catch (Exception error)
                {
                    (more, failure) = (false, ExceptionDispatchInfo.Capture(error));
                }
                if (more)
                {
                    taken++;
                    results.Extend();
                }
            }
        }
    }

    /// <summary>Groups results by <paramref name="size"/>; where a later one fails, those that wait for their group to be full are discarded.</summary>
    public static IEnumerable<TResult[]> Batches<TResult>(IEnumerable<TResult> results, int size, Action<TResult> discard)
    {
        var batch = new List<TResult>();
        try
        {
            foreach (TResult result in results)
            {
                batch.Add(result);
                if (batch.Count == size)
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
            return all;
        }
    }
}
