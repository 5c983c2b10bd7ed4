using System.Collections.Concurrent;
using TransferLearning.Published;

namespace TransferLearning.Tests.Published;

/// <summary>Keeps reports, and tells when a download has come so far.</summary>
internal sealed class WatchedProgress(Action<DownloadProgress>? then = null) : IProgress<DownloadProgress>
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _awaited = new();

    public ConcurrentQueue<DownloadProgress> Reports { get; } = new();

    public Task Reached(long bytes) => _awaited.GetOrAdd(bytes, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Report(DownloadProgress value)
    {
        Reports.Enqueue(value);
        foreach ((long bytes, TaskCompletionSource reached) in _awaited)
        {
            if (value.Received >= bytes)
                reached.TrySetResult();
        }
        then?.Invoke(value);
    }
}
