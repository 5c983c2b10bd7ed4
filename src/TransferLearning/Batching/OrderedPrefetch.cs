using System.Runtime.ExceptionServices;

namespace TransferLearning.Batching;

/// <summary>
/// Computes the results of positions 0, 1, 2 and so on by background threads, a bounded way ahead, and hands them
/// over in that order. Without threads each one is computed when it is asked for.
/// </summary>
internal sealed class OrderedPrefetch<T> : IDisposable
{
    private readonly object _gate = new();
    private readonly Func<int, T> _compute;
    private readonly Action<T> _discard;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _wakeOnCancel;
    private readonly Thread[] _workers;

    // Guarded by the gate. Position p waits in slot p modulo the length; at most that many positions are under way or waiting.
    private readonly Result?[] _waiting;
    private int _count;
    private int _started;
    private int _handedOver;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many positions there are to begin with.</param>
    /// <param name="ahead">How many of them may be under way or wait to be handed over; at least 1.</param>
    /// <param name="workers">How many threads compute; 0 leaves it to the consumer's.</param>
    /// <param name="compute">Gives the result of a position; called by several threads at once.</param>
    /// <param name="discard">Receives each result that was computed but never handed over.</param>
    /// <param name="cancellationToken">Ends the wait for a result.</param>
    public OrderedPrefetch(int count, int ahead, int workers, Func<int, T> compute, Action<T> discard, CancellationToken cancellationToken)
    {
        _count = count;
        _compute = compute;
        _discard = discard;
        _waiting = new Result?[ahead];
        _cancellationToken = cancellationToken;
        _wakeOnCancel = cancellationToken.UnsafeRegister(static self => ((OrderedPrefetch<T>)self!).Wake(), this);
        _workers = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"image reader {i + 1} of {workers}" };
            _workers[i].Start();
        }
    }

    /// <summary>The result of the next position, or the exception that computing it ended with.</summary>
    public T Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return _workers.Length == 0 ? _compute(_handedOver++) : Await().ValueOrThrow();
    }

    /// <summary>Adds a position at the end, where their number is not known beforehand.</summary>
    public void Extend()
    {
        lock (_gate)
        {
            _count++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops the threads, waits for them to end and discards what was not handed over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread worker in _workers)
            worker.Join();
        _wakeOnCancel.Dispose();

        foreach (Result? result in _waiting)
        {
            if (result is { Failure: null })
                _discard(result.Value!);
        }
        Array.Clear(_waiting);
    }

    private Result Await()
    {
        lock (_gate)
        {
            int slot = _handedOver % _waiting.Length;
            while (_waiting[slot] is null)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }
            Result result = _waiting[slot]!;
            _waiting[slot] = null;
            _handedOver++;
            Monitor.PulseAll(_gate);
            return result;
        }
    }

    private void Work()
    {
        while (TakePosition() is { } position)
        {
            Result result = Compute(position);
            lock (_gate)
            {
                _waiting[position % _waiting.Length] = result;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private int? TakePosition()
    {
        lock (_gate)
        {
            while (!_stopped && (_started == _count || _started - _handedOver >= _waiting.Length))
                Monitor.Wait(_gate);
            return _stopped ? null : _started++;
        }
    }

    // An exception is a result like any other: the consumer meets it at its position, on whichever thread it came up.
    private Result Compute(int position)
    {
        try
        {
            return new Result(_compute(position), null);
        }
        catch (Exception error)
        {
            return new Result(default, ExceptionDispatchInfo.Capture(error));
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private sealed record Result(T? Value, ExceptionDispatchInfo? Failure)
    {
        public T ValueOrThrow()
        {
            Failure?.Throw();
            return Value!;
        }
    }
}
