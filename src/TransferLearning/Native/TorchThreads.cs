using TorchSharp;

namespace TransferLearning.Native;

/// <summary>The number of threads that torch uses for operations of the calling thread.</summary>
/// <remarks>
/// Torch has one number per thread, and a process-wide one that a thread takes over when it first uses torch. torch.set_num_threads
/// sets both; this class leaves the process-wide one as the application set it, except while a number is being set.
/// </remarks>
internal static class TorchThreads
{
    private const int Most = 1024;

    private static readonly Lock _setting = new();

    /// <value>1 to 1024; by default the process-wide number, which is one per processor unless the application sets it.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range; torch itself would abort the process.</exception>
    public static int Count
    {
        get
        {
            TorchRuntime.EnsureAvailable();
            return torch.get_num_threads();
        }
        set
        {
            if (value is < 1 or > Most)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"Torch computes with 1 to {Most} threads; this machine has {Environment.ProcessorCount} processors.");
            }
            if (value != Count)
                SetHereOnly(value);
        }
    }

    /// <summary>Computes with another number of threads until the result is disposed, on the same thread.</summary>
    public static IDisposable Use(int count)
    {
        var restore = new Restore(Count);
        Count = count;
        return restore;
    }

    // Only a thread that has not used torch yet can read the process-wide number.
    private static void SetHereOnly(int count)
    {
        lock (_setting)
        {
            using var turns = new Barrier(2);
            var keeper = new Thread(() =>
            {
                int processWide = torch.get_num_threads();
                turns.SignalAndWait();
                turns.SignalAndWait();
                torch.set_num_threads(processWide);
            });
            keeper.Start();
            turns.SignalAndWait();
            torch.set_num_threads(count);
            turns.SignalAndWait();
            keeper.Join();
        }
    }

    private sealed class Restore(int before) : IDisposable
    {
        public void Dispose() => Count = before;
    }
}
