using System.Collections.Concurrent;

namespace TransferLearning.Tests.Published;

/// <summary>A clock on which patience ends when the test says, and every other wait passes at once and is noted.</summary>
internal sealed class SkippingClock : TimeProvider
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(77);
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly HashSet<Wait> _patient = [];
    private readonly TaskCompletionSource _firstSkip = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _endsNext;

    public ConcurrentQueue<TimeSpan> Skipped { get; } = new();

    public Task FirstSkip => _firstSkip.Task;

    public bool IsPatienceRunning
    {
        get
        {
            lock (_patient)
                return _patient.Count > 0;
        }
    }

    /// <summary>Ends the patience that runs now; where none does, the next to begin.</summary>
    public void EndPatience()
    {
        Wait[] ended;
        lock (_patient)
        {
            ended = [.. _patient];
            _patient.Clear();
            _endsNext = ended.Length == 0;
        }
        foreach (Wait wait in ended)
            wait.End();
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(this, callback, state);
        wait.Change(dueTime, period);
        return wait;
    }

    private void Skip(TimeSpan wait)
    {
        Skipped.Enqueue(wait);
        _firstSkip.TrySetResult();
    }

    private sealed class Wait(SkippingClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void End() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._patient)
            {
                clock._patient.Remove(this);
                if (dueTime == Patience && !clock._endsNext)
                {
                    clock._patient.Add(this);
                    return true;
                }
            }

            if (dueTime == Patience)
                clock._endsNext = false;
            else if (dueTime != Timeout.InfiniteTimeSpan)
                clock.Skip(dueTime);
            if (dueTime != Timeout.InfiniteTimeSpan)
                End();
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
