namespace TransferLearning.Tests.Formats.Fuzzing;

/// <summary>Ends the process when a read takes too long, and says which: a thread that hangs in native code ends by nothing less.</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>Hundreds of times what the slowest read of a sound file takes, so that a busy machine is no failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Timer _timer;
    private string _work = "";

    public Watchdog() => _timer = new Timer(_ => Environment.FailFast($"{Volatile.Read(ref _work)}: took longer than {Limit.TotalSeconds} seconds"));

    /// <summary>Does work that must end in time.</summary>
    public T Watch<T>(string name, Func<T> work)
    {
        Volatile.Write(ref _work, name);
        _timer.Change(Limit, Timeout.InfiniteTimeSpan);
        try
        {
            return work();
        }
        finally
        {
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    public void Dispose() => _timer.Dispose();
}
