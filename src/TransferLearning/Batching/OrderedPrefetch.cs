using System.Runtime.ExceptionServices;

namespace TransferLearning.Batching;

/// <summary>
/// Computes the results of positions 0, 1, 2 and so on in background threads, a bounded number ahead, and returns them in
/// that order. Without threads each is computed on demand. For one consuming thread.
/// </summary>
internal sealed class OrderedPrefetch<T> : IDisposable
{
    private readonly object _gate = new();
    private readonly Func<int, T> _compute;
    private readonly Action<T> _discard;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _wakeOnCancel;
    private readonly Thread[] _workers;

    // Guarded by the gate. Position p waits in slot p modulo the length; at most that many positions are in progress or waiting.
    private readonly Result?[] _waiting;
    private int _count;
    private int _started;
    private int _handedOver;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">The initial number of positions.</param>
    /// <param name="ahead">The maximum number of positions in progress or waiting; at least 1.</param>
    /// <param name="workers">The number of threads; 0 computes on the consuming thread.</param>
    /// <param name="compute">Computes the result of a position; called by several threads at once.</param>
    /// <param name="discard">Receives each result that was computed but not returned.</param>
    /// <param name="cancellationToken">Cancels the wait for a result.</param>
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

    /// <summary>Returns the result of the next position, or throws the exception of its computation.</summary>
    public T Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return _workers.Length == 0 ? _compute(_handedOver++) : Await().ValueOrThrow();
    }

    /// <summary>Adds a position at the end, if their number is not known in advance.</summary>
    public void Extend()
    {
        lock (_gate)
        {
            _count++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops the threads, waits for them and discards the results that were not returned.</summary>
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

    // An exception is a result too: it is thrown to the consumer at its position, whichever thread it occurred on.
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
