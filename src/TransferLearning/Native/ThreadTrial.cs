namespace TransferLearning.Native;

/// <summary>
/// Finds how many threads torch should compute with just now. More threads than idle cores are many times slower than
/// one, and which cores are idle no setting can know.
/// </summary>
internal static class ThreadTrial
{
    private const int LeastRounds = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Times some work with all threads, half of them and one, in turn, and names the fastest. Fewer than all are named
    /// after a longer trial only: something that is busy for a moment must not decide about hours.
    /// </summary>
    /// <param name="most">The most threads; at least 1.</param>
    /// <param name="work">What is to be fast; runs on the calling thread, several times.</param>
    /// <param name="clock">What tells the time; the system's by default.</param>
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

/// <summary>Notices when work of one kind has come to take several times as long as it did: the machine has become busy with something else.</summary>
internal sealed class Slowdown
{
    private const double Factor = 3;
    private const int InARow = 3;

    private TimeSpan _fastest = TimeSpan.MaxValue;
    private int _slow;

    /// <summary>Takes note of how long one piece took; true where this and those before it were slow.</summary>
    public bool Noticed(TimeSpan elapsed)
    {
        _fastest = elapsed < _fastest ? elapsed : _fastest;
        _slow = elapsed > _fastest * Factor ? _slow + 1 : 0;
        return _slow >= InARow;
    }
}
