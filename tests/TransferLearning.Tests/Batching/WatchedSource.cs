using System.Collections.Concurrent;
using TransferLearning.Data;

namespace TransferLearning.Tests.Batching;

/// <summary>A source that remembers which threads loaded from it, and may act before each load.</summary>
internal sealed class WatchedSource(IDatasetSource source, Action<int>? onLoad) : IDatasetSource
{
    public ConcurrentBag<Thread> Threads { get; } = [];

    public IReadOnlyList<string> Classes => source.Classes;

    public IReadOnlyList<Sample> Samples => source.Samples;

    public ReadOnlyMemory<byte> Load(int index)
    {
        Threads.Add(Thread.CurrentThread);
        onLoad?.Invoke(index);
        return source.Load(index);
    }
}
