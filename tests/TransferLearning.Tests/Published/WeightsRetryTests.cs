using System.Globalization;
using Microsoft.AspNetCore.Http;
using TransferLearning.Published;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>What may pass is tried again, what may not is not.</summary>
public sealed class WeightsRetryTests : IDisposable
{
    private readonly StoreOnLoopback _store = new();

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public void Fetch_FailureThatMayPass_IsTriedAgain(int status)
    {
        _store.Server.Answer = context => _store.Server.Requests.Count < 3 ? LoopbackServer.Refuse(context, status) : _store.File.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(3, _store.Server.Requests.Count);
        Assert.Equal(2, _store.Clock.Skipped.Count);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public void Fetch_FailureThatWillStay_IsToldAtOnce(int status)
    {
        _store.Server.Answer = context => LoopbackServer.Refuse(context, status);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains($"the server answered {status}", error.Message);
        Assert.Contains(_store.Server.Address.ToString(), error.Message);
        Assert.Contains($"begins with {Hash[..8]}", error.Message);
        Assert.Equal(_store.Target, error.Path);
        Assert.Single(_store.Server.Requests);
        Assert.Empty(_store.Files);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Fetch_FailureOfEveryAttempt_EndsAfterAsManyAsAllowed(int attempts)
    {
        _store.Server.Answer = context => LoopbackServer.Refuse(context, 503);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Attempts = attempts }));

        Assert.Equal(attempts, _store.Server.Requests.Count);
        Assert.Equal(attempts > 1, error.Message.Contains($"at the last of {attempts} attempts", StringComparison.Ordinal));
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_ManyFailures_WaitsLongerUpToTheLongestDelay()
    {
        _store.Server.Answer = context => LoopbackServer.Refuse(context, 503);

        Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Attempts = 12, RetryDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(20) }));

        TimeSpan[] waits = [.. _store.Clock.Skipped];
        Assert.Equal(11, waits.Length);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(20), waits[^1]);   // about 2^10 seconds without the limit
        Assert.True(waits[0] < TimeSpan.FromSeconds(5), $"{waits[0]}");
    }

    [Fact]
    public void Fetch_RetryAfterInSeconds_IsHonoured()
    {
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? AskToWait(context, "37") : _store.File.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal([TimeSpan.FromSeconds(37)], _store.Clock.Skipped);
    }

    [Fact]
    public void Fetch_RetryAfterAsDate_IsHonoured()
    {
        string date = SkippingClock.Now.AddSeconds(41).ToString("R", CultureInfo.InvariantCulture);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? AskToWait(context, date) : _store.File.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal([TimeSpan.FromSeconds(41)], _store.Clock.Skipped);
    }

    [Fact]
    public void Fetch_RetryAfterBeyondTheLongestDelay_IsGivenUp()
    {
        _store.Server.Answer = context => AskToWait(context, "3600");

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains("429", error.Message);
        Assert.Contains("3600 seconds, longer than LongestDelay", error.Message);
        Assert.Single(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_NoServer_SaysSo()
    {
        _store.Server.Dispose();

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains("refused", error.Message);
        Assert.Equal(4, _store.Clock.Skipped.Count);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_SilentServer_IsGivenUp()
    {
        _store.Server.Answer = context =>
        {
            _store.Clock.EndPatience();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains("silent for 77 seconds", error.Message);
        Assert.Equal(5, _store.Server.Requests.Count);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_ServerThatFallsSilentMidway_IsAskedForTheRest()
    {
        const int at = 1_000_000;
        Task reached = _store.Progress.Reached(at);
        _store.Server.Answer = context => _store.Server.Requests.Count == 1
            ? _store.File.Stall(context, at, then: () => reached.ContinueWith(_ => _store.Clock.EndPatience(), TaskScheduler.Default))
            : _store.File.Send(context);

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal($"bytes={at}-", _store.Server.Requests.Last().Range);
    }

    [Fact]
    public void Fetch_WhileProgressIsTold_TheServersPatienceStandsStill()
    {
        var ran = new List<bool>();
        var progress = new WatchedProgress(_ => ran.Add(_store.Clock.IsPatienceRunning));
        _store.Server.Answer = _store.File.Send;

        new WeightsStore(_store.Options).Fetch(_store.Source, progress);

        Assert.NotEmpty(ran);
        Assert.DoesNotContain(true, ran);
    }

    [Fact]
    public void Fetch_CancelledBetweenAttempts_Stops()
    {
        using var cancel = new CancellationTokenSource();
        _store.Server.Answer = context =>
        {
            context.Response.OnCompleted(cancel.CancelAsync);
            return LoopbackServer.Refuse(context, 503);
        };

        Assert.ThrowsAny<OperationCanceledException>(() => _store.Fetch(options => options with { Attempts = int.MaxValue }, cancel.Token));

        Assert.Empty(_store.Files);
    }

    public void Dispose() => _store.Dispose();

    private static Task AskToWait(HttpContext context, string retryAfter)
    {
        context.Response.Headers.RetryAfter = retryAfter;
        return LoopbackServer.Refuse(context, 429);
    }
}
