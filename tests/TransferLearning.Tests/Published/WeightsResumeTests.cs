using TransferLearning.Published;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>What has come of a file is gone on with.</summary>
public sealed class WeightsResumeTests : IDisposable
{
    private const int At = 1_234_567;

    private readonly StoreOnLoopback _store = new();

    [Fact]
    public void Fetch_BodyCut_GoesOnWhereItBrokeOff()
    {
        Task reached = _store.Progress.Reached(At);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? _store.File.Cut(context, At, reached) : _store.File.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(["", $"bytes={At}-"], _store.Server.Requests.Select(request => request.Range ?? ""));
        Assert.All(_store.Progress.Reports, report => Assert.Equal(Content.Length, report.Total));
        Assert.Equal(Content.Length, _store.Progress.Reports.Last().Received);
    }

    [Fact]
    public void Fetch_BodyCutForGood_KeepsThePartForALaterFetch()
    {
        Task reached = _store.Progress.Reached(At);
        _store.Server.Answer = context => _store.File.Cut(context, At, reached);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Attempts = 1 }));
        string[] left = _store.Files;
        _store.Server.Answer = _store.File.Send;
        string path = _store.Fetch();

        Assert.Contains("the connection broke", error.Message);
        Assert.Equal([_store.Partial], left);
        _store.AssertFetched(path);
        Assert.Equal($"bytes={At}-", _store.Server.Requests.Last().Range);
    }

    [Fact]
    public void Fetch_Cancelled_KeepsThePartAndALaterFetchGoesOn()
    {
        using var cancel = new CancellationTokenSource();
        _ = _store.Progress.Reached(At).ContinueWith(_ => cancel.Cancel(), TaskScheduler.Default);
        _store.Server.Answer = context => _store.File.Stall(context, At, then: () => { });

        Assert.ThrowsAny<OperationCanceledException>(() => _store.Fetch(cancellationToken: cancel.Token));
        string[] left = _store.Files;
        _store.Server.Answer = _store.File.Send;
        string path = _store.Fetch();

        Assert.Equal([_store.Partial], left);
        _store.AssertFetched(path);
        Assert.Equal(["", $"bytes={At}-"], _store.Server.Requests.Select(request => request.Range ?? ""));
    }

    [Fact]
    public void Fetch_ServerThatIgnoresRange_StartsOver()
    {
        File.WriteAllBytes(_store.Partial, Content[..At]);
        _store.Server.Answer = new ServedFile(Content) { KnowsRange = false }.Send;

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal([$"bytes={At}-"], _store.Server.Requests.Select(request => request.Range));
    }

    [Fact]
    public void Fetch_SameEntityTag_IsAskedForWithItAndGoesOn()
    {
        var file = new ServedFile(Content) { EntityTag = "\"one\"" };
        Task reached = _store.Progress.Reached(At);
        _store.Server.Answer = context => file.Cut(context, At, reached);
        Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Attempts = 1 }));
        string[] left = _store.Files;
        _store.Server.Answer = file.Send;

        string path = _store.Fetch();

        Assert.Equal([_store.Partial, _store.EntityTag], left);
        _store.AssertFetched(path);
        Assert.Equal(new ReceivedRequest("GET", "/models/net.pth", $"bytes={At}-", "\"one\"", null), _store.Server.Requests.Last() with { Authorization = null });
    }

    [Fact]
    public void Fetch_EntityTagChangedBetweenAttempts_StartsOver()
    {
        byte[] earlier = [.. Content.Reverse()];
        Task reached = _store.Progress.Reached(At);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1
            ? new ServedFile(earlier) { EntityTag = "\"one\"" }.Cut(context, At, reached)
            : new ServedFile(Content) { EntityTag = "\"two\"" }.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(["", "\"one\""], _store.Server.Requests.Select(request => request.IfRange ?? ""));
    }

    [Fact]
    public void Fetch_WeakEntityTag_IsNotAskedForWith()
    {
        var file = new ServedFile(Content) { EntityTag = "W/\"one\"" };
        Task reached = _store.Progress.Reached(At);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? file.Cut(context, At, reached) : file.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.All(_store.Server.Requests, request => Assert.Equal("", request.IfRange ?? ""));
    }

    [Fact]
    public void Fetch_PartOfAnotherFile_IsFoundOutByTheHashAndFetchedWhole()
    {
        File.WriteAllBytes(_store.Partial, new byte[At]);
        _store.Server.Answer = _store.File.Send;

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal([$"bytes={At}-", ""], _store.Server.Requests.Select(request => request.Range ?? ""));
    }

    [Fact]
    public void Fetch_PartThatIsLongerThanTheFile_IsFetchedWhole()
    {
        File.WriteAllBytes(_store.Partial, [.. Content, 1]);
        _store.Server.Answer = _store.File.Send;

        string path = _store.Fetch();

        _store.AssertFetched(path);
    }

    [Fact]
    public void Fetch_PartThatIsWhole_AsksForNothing()
    {
        File.WriteAllBytes(_store.Partial, Content);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_OtherPartThanAskedFor_StartsOver()
    {
        File.WriteAllBytes(_store.Partial, Content[..At]);
        _store.Server.Answer = context =>
        {
            if (context.Request.Headers.Range.Count == 0)
                return _store.File.Send(context);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes 0-{Content.Length - 1}/{Content.Length}";
            return context.Response.Body.WriteAsync(Content).AsTask();
        };

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(2, _store.Server.Requests.Count);
    }

    public void Dispose() => _store.Dispose();
}
