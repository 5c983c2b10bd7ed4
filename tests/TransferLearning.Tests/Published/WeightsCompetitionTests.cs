using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>Several who want the same file download it once. All that skips time on the clock of these tests is the wait for the lock.</summary>
public sealed class WeightsCompetitionTests : IDisposable
{
    private readonly StoreOnLoopback _store = new();

    [Fact]
    public async Task Fetch_ByTwoThreadsAtOnce_DownloadsOnce()
    {
        var waits = new TaskCompletionSource();
        _store.Server.Answer = async context =>
        {
            await waits.Task;
            await _store.File.Send(context);
        };

        Task<string>[] fetches = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => _store.Fetch(), TaskCreationOptions.LongRunning))];
        await _store.Clock.FirstSkip;
        waits.SetResult();
        string[] paths = await Task.WhenAll(fetches);

        Assert.All(paths, _store.AssertFetched);
        Assert.Single(_store.Server.Requests);
    }

    [Fact]
    public async Task Fetch_ByThreeProcessesAtOnce_DownloadsOnce()
    {
        _store.Server.Answer = _store.File.Send;

        string[] paths = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => WeightsProcess.Fetch(_store.Folder, _store.Source)));

        Assert.All(paths, _store.AssertFetched);
        Assert.Single(_store.Server.Requests);
    }

    [Fact]
    public async Task Fetch_WhileAnotherProcessDownloads_WaitsAndFindsTheFile()
    {
        var asked = new TaskCompletionSource();
        var waits = new TaskCompletionSource();
        _store.Server.Answer = async context =>
        {
            asked.SetResult();
            await waits.Task;
            await _store.File.Send(context);
        };

        Task<string> other = WeightsProcess.Fetch(_store.Folder, _store.Source);
        await asked.Task;
        Task<string> own = Task.Run(() => _store.Fetch());
        await _store.Clock.FirstSkip;
        waits.SetResult();

        _store.AssertFetched(await own);
        _store.AssertFetched(await other);
        Assert.Single(_store.Server.Requests);
        Assert.Empty(_store.Progress.Reports);
    }

    [Fact]
    public async Task Fetch_AfterAProcessThatDiedMidway_GoesOnWithItsPart()
    {
        _store.Server.Answer = _store.File.Send;
        string output = await WeightsProcess.Fetch(_store.Folder, _store.Source, dieAfter: 1_000_000);
        long left = new FileInfo(_store.Partial).Length;

        string path = _store.Fetch();

        Assert.Equal("", output);
        Assert.InRange(left, 1, Content.Length - 1);
        _store.AssertFetched(path);
        Assert.Equal($"bytes={left}-", _store.Server.Requests.Last().Range);
        Assert.Empty(_store.Clock.Skipped);
    }

    [Fact]
    public async Task Fetch_CancelledWhileAnotherDownloads_StopsWaiting()
    {
        using var over = new CancellationTokenSource();
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        _store.Server.Answer = context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        Task<string> first = Task.Run(() => _store.Fetch(cancellationToken: over.Token));
        await asked.Task;
        Task<string> second = Task.Run(() => _store.Fetch(cancellationToken: cancel.Token));
        await _store.Clock.FirstSkip;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public async Task Fetch_AfterAnotherThatFailed_TriesItself()
    {
        var waits = new TaskCompletionSource();
        _store.Server.Answer = async context =>
        {
            if (_store.Server.Requests.Count > 1)
            {
                await _store.File.Send(context);
                return;
            }
            await waits.Task;
            await LoopbackServer.Refuse(context, 404);
        };

        Task<string>[] fetches = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => _store.Fetch(), TaskCreationOptions.LongRunning))];
        await _store.Clock.FirstSkip;
        waits.SetResult();
        await Assert.ThrowsAsync<WeightsUnavailableException>(() => Task.WhenAll(fetches));

        string path = await fetches.Single(fetch => fetch.IsCompletedSuccessfully);
        _store.AssertFetched(path);
    }

    [Fact]
    public void Fetch_LockThatIsNotLetGoOf_SaysWhoHoldsItAndIsGivenUp()
    {
        using var held = new FileStream(_store.Target + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        File.WriteAllText(_store.Target + ".lock.by", "process 7 on elsewhere");
        var log = new LogLines();

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { TimeProvider = new LeapingClock(), Logger = log }));

        Assert.Contains("process 7 on elsewhere has held", error.Message);
        Assert.Contains("3600 seconds of WeightsStoreOptions.TurnTimeout", error.Message);
        Assert.Contains("process 7 on elsewhere", Assert.Single(log).Text);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public async Task Fetch_WhileItHoldsTheLock_TellsOthersWho()
    {
        string told = "";
        _store.Server.Answer = async context =>
        {
            told = await File.ReadAllTextAsync(_store.Target + ".lock.by");
            await _store.File.Send(context);
        };

        string path = await Task.Run(() => _store.Fetch());

        Assert.Equal($"process {Environment.ProcessId} on {Environment.MachineName}", told);
        _store.AssertFetched(path);
    }

    [Fact]
    public void Fetch_HolderWithLineBreaks_IsNotRepeated()
    {
        using var held = new FileStream(_store.Target + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        File.WriteAllText(_store.Target + ".lock.by", "process 7\nforged line of a log");

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { TimeProvider = new LeapingClock() }));

        Assert.Contains("another thread or process has held", error.Message);
    }

    public void Dispose() => _store.Dispose();

    // Ten minutes pass whenever somebody looks, and no wait takes time.
    private sealed class LeapingClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 600 * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
