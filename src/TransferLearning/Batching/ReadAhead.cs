using System.Runtime.ExceptionServices;

namespace TransferLearning.Batching;

/// <summary>Computes something for each item of a sequence of any length by background threads, a bounded way ahead of the consumer.</summary>
internal static class ReadAhead
{
    /// <summary>The results in the order of the items. The items are taken on the consumer's thread alone, since the sequence may be bound to it.</summary>
    /// <param name="items">Taken no further than <paramref name="ahead"/> items beyond the last result; what it throws arrives after the results before it.</param>
    /// <param name="ahead">How many results may be under way or wait to be asked for; at least 1.</param>
    /// <param name="workers">How many threads compute; at least 1.</param>
    /// <param name="compute">Gives the result of an item, or the exception that arrives in its place; called by several threads at once.</param>
    /// <param name="discard">Receives each result that was computed but never asked for.</param>
    public static IEnumerable<TResult> Of<TItem, TResult>(IEnumerable<TItem> items, int ahead, int workers, Func<TItem, TResult> compute, Action<TResult> discard)
    {
        using IEnumerator<TItem> source = items.GetEnumerator();
        var underWay = new TItem[ahead]; // item i lies in slot i modulo the length until its result is handed over
        using var results = new OrderedPrefetch<TResult>(0, ahead, workers, position => compute(underWay[position % ahead]), discard, CancellationToken.None);

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
                        underWay[taken % ahead] = source.Current;
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
