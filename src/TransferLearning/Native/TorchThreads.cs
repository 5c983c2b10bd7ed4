using TorchSharp;

namespace TransferLearning.Native;

/// <summary>The number of threads that torch uses for operations of the calling thread.</summary>
/// <remarks>The number belongs to the calling thread; threads that have not used torch yet start with the number that was set last on any thread.</remarks>
internal static class TorchThreads
{
    private const int Most = 1024;

    /// <value>1 to 1024; one per processor by default.</value>
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
            TorchRuntime.EnsureAvailable();
            torch.set_num_threads(value);
        }
    }

    /// <summary>Computes with another number of threads until the result is disposed, on the same thread.</summary>
    public static IDisposable Use(int count)
    {
        var restore = new Restore(Count);
        Count = count;
        return restore;
    }

    private sealed class Restore(int before) : IDisposable
    {
        public void Dispose() => Count = before;
    }
}
