namespace TransferLearning.Native;

/// <summary>
/// Measures how many threads torch should use at the moment. More threads than idle cores are many times slower than one,
/// and the number of idle cores is not known in advance.
/// </summary>
internal static class ThreadTrial
{
    private const int LeastRounds = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Measures some work with all threads, half of them and one, in turn, and returns the fastest number. Fewer than all are
    /// chosen only after a longer trial, so that a short load on the machine does not affect hours of training.
    /// </summary>
    /// <param name="most">The maximum number of threads; at least 1.</param>
    /// <param name="work">The work to measure; runs several times on the calling thread.</param>
    /// <param name="clock">The clock; the system clock by default.</param>
    public static int Fastest(int most, Action work, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        int[] candidates = [.. new[] { most, most / 2, 1 }.Where(count => count >= 1).Distinct()];
        if (candidates.Length == 1)
            return most;

        using (TorchThreads.Use(most))
            work(); // the first run builds kernels and starts threads
        var best = candidates.ToDictionary(count => count, _ => TimeSpan.MaxValue);
        long begin = clock.GetTimestamp();
        for (int round = 0; round < LeastRounds || (Leader() != most && clock.GetElapsedTime(begin) < _patience); round++)
        {
            foreach (int count in candidates)
            {
                using (TorchThreads.Use(count))
                {
                    long start = clock.GetTimestamp();
                    work();
                    TimeSpan elapsed = clock.GetElapsedTime(start);
                    best[count] = elapsed < best[count] ? elapsed : best[count];
                }
            }
        }
        return Leader();

        int Leader() => candidates.MinBy(count => best[count]);
    }
}

/// <summary>Detects that work of one kind takes several times as long as before, because the machine is busy.</summary>
internal sealed class Slowdown
{
    private const double Factor = 3;
    private const int InARow = 3;

    private TimeSpan _fastest = TimeSpan.MaxValue;
    private int _slow;

    /// <summary>Records one duration; true if it and those before it were slow.</summary>
    public bool Noticed(TimeSpan elapsed)
    {
        _fastest = elapsed < _fastest ? elapsed : _fastest;
        _slow = elapsed > _fastest * Factor ? _slow + 1 : 0;
        return _slow >= InARow;
    }
}
