using TransferLearning.Published;
using TransferLearning.Published.Downloads;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

/// <summary>Mirrors, redirects, and no request at all.</summary>
public sealed class WeightsAddressTests : IDisposable
{
    private readonly StoreOnLoopback _store = new();

    [Theory]
    [InlineData("https://mirror.example.org", "https://mirror.example.org/net.pth")]
    [InlineData("https://mirror.example.org/", "https://mirror.example.org/net.pth")]
    [InlineData("https://mirror.example.org:8443/torch/weights", "https://mirror.example.org:8443/torch/weights/net.pth")]
    [InlineData("https://mirror.example.org/torch/weights/", "https://mirror.example.org/torch/weights/net.pth")]
    public void Mirror_TakesThePlaceOfAllButTheFileName(string mirror, string expected) =>
        Assert.Equal(expected, WeightsAddress.OnMirror(new Uri("https://example.org/models/2026/net.pth?download=1"), new Uri(mirror)).AbsoluteUri);

    [Fact]
    public void Mirror_LeavesTheNamesEscapesAsTheyAre() =>
        Assert.Equal("https://mirror.example.org/a%20net.pth", WeightsAddress.OnMirror(new Uri("https://example.org/models/a%20net.pth"), new Uri("https://mirror.example.org")).AbsoluteUri);

    [Fact]
    public void Fetch_WithMirror_AsksItAlone()
    {
        _store.Server.Answer = _store.File.Send;
        WeightsSource.Published source = _store.Source with { Address = new Uri("https://weights.invalid/models/net.pth") };
        var store = new WeightsStore(_store.Options with { Mirror = new Uri(_store.Server.Address, "/copies/torch"), TrustMirror = true });

        string path = store.Fetch(source, _store.Progress);

        _store.AssertFetched(path);
        Assert.Equal("/copies/torch/net.pth", Assert.Single(_store.Server.Requests).Path);
    }

    [Fact]
    public void Fetch_MirrorWithoutTheFile_NamesBothAddresses()
    {
        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Mirror = new Uri(_store.Server.Address, "/copies"), TrustMirror = true }));

        Assert.Contains("/copies/net.pth", error.Message);
        Assert.Contains(_store.Source.Address.AbsoluteUri, error.Message);
        Assert.Equal(_store.Source.Address, error.Address);
    }

    [Theory]
    [InlineData("http://mirror.example.org/")]
    [InlineData("https://user:secret@mirror.example.org/")]
    [InlineData("https://mirror.example.org/?key=1")]
    [InlineData("mirror.example.org")]
    [InlineData("https://")]
    public void Store_MirrorThatIsNone_IsRefused(string mirror)
    {
        var error = Assert.Throws<ArgumentException>(() => new WeightsStore(_store.Options with { Mirror = DownloadVariables.Address(mirror) }));

        Assert.Contains("TRANSFERLEARNING_MIRROR", error.Message);
        Assert.Contains("https://mirror.example.org/weights", error.Message);
    }

    [Theory]
    [InlineData("https://user:secret@mirror.example.org/weights?token=secret#secret", "https://mirror.example.org/weights")]
    [InlineData("user:secret@mirror.example.org/weights?token=secret", "mirror.example.org/weights")]
    public void Store_MirrorWithSecrets_IsShownWithoutThem(string mirror, string shown)
    {
        var error = Assert.Throws<ArgumentException>(() => new WeightsStore(_store.Options with { Mirror = DownloadVariables.Address(mirror) }));

        Assert.Contains($"is '{shown}'", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void Fetch_AddressWithSecrets_IsShownWithoutThemInErrorsLogsAndProgress()
    {
        var log = new LogLines();
        var source = _store.Source with { Address = new Uri(_store.Server.Address.AbsoluteUri.Replace("//", "//user:secret@") + "?signature=secret") };
        _store.Server.Answer = context => _store.Server.Requests.Count == 1 ? LoopbackServer.Refuse(context, 503) : new ServedFile(Content[1..]).Send(context);

        var error = Assert.Throws<WeightsUnavailableException>(() => new WeightsStore(_store.Options with { Logger = log }).Fetch(source, _store.Progress));

        Assert.Single(log);
        Assert.NotEmpty(_store.Progress.Reports);
        Assert.DoesNotContain("secret", string.Join('\n', [error.ToString(), error.Address.OriginalString, .. log.Select(line => line.Text), .. _store.Progress.Reports.Select(report => report.Address.OriginalString)]));
        Assert.Equal(_store.Server.Address, error.Address);
    }

    [Fact]
    public void Fetch_ProxyWithAPassword_IsShownWithoutIt()
    {
        using var client = new HttpClient(new RefusingProxy());

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Client = client, Attempts = 1 }));

        Assert.Contains("'http://proxy.example.org:8080/'", error.Message);
        Assert.DoesNotContain("secret", error.ToString());
    }

    [Fact]
    public void Fetch_Offline_AsksForNothingAndSaysWhereToPlaceTheFile()
    {
        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Offline = true }));

        Assert.Contains("TRANSFERLEARNING_OFFLINE=1", error.Message);
        Assert.Contains($"'{_store.Target}'", error.Message);
        Assert.Contains($"begins with {Hash[..8]}", error.Message);
        Assert.Empty(_store.Server.Requests);
        Assert.Empty(Directory.GetFileSystemEntries(_store.Folder));
    }

    [Fact]
    public void Fetch_OfflineWithAFilePlacedByHand_UsesIt()
    {
        File.WriteAllBytes(_store.Target, Content);

        _store.AssertFetched(_store.Fetch(options => options with { Offline = true }));
    }

    [Fact]
    public void Fetch_OfflineWithAWrongFile_SaysThatItsHashIsAnother()
    {
        File.WriteAllBytes(_store.Target, Content[1..]);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Offline = true }));

        Assert.Contains("the file at that path has another hash", error.Message);
    }

    [Fact]
    public async Task Fetch_OfflineByTheEnvironment_AsksForNothing()
    {
        string message = await WeightsProcess.Fetch(_store.Folder, _store.Source, dieAfter: null, ("TRANSFERLEARNING_OFFLINE", "1"));

        Assert.Contains("no request was made", message);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public async Task Fetch_MirrorOfTheEnvironment_IsAsked()
    {
        _store.Server.Answer = _store.File.Send;
        WeightsSource.Published source = _store.Source with { Address = new Uri("https://weights.invalid/models/net.pth") };

        string path = await WeightsProcess.Fetch(
            _store.Folder, source, dieAfter: null,
            ("TRANSFERLEARNING_MIRROR", new Uri(_store.Server.Address, "/copies").AbsoluteUri), ("TRANSFERLEARNING_TRUST_MIRROR", "1"));

        _store.AssertFetched(path);
        Assert.Equal("/copies/net.pth", Assert.Single(_store.Server.Requests).Path);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void OfflineVariable_IsSetByOneAndTrue(string? value, bool isSet) => Assert.Equal(isSet, DownloadVariables.IsSet(value));

    [Fact]
    public void Fetch_Redirect_IsFollowed()
    {
        _store.Server.Answer = context => context.Request.Path == "/elsewhere"
            ? _store.File.Send(context)
            : LoopbackServer.Redirect(context, new Uri("/elsewhere", UriKind.Relative));

        string path = _store.Fetch();

        _store.AssertFetched(path);
    }

    [Fact]
    public void Fetch_PartOfAFileBehindARedirect_GoesOn()
    {
        File.WriteAllBytes(_store.Partial, Content[..500]);
        _store.Server.Answer = context => context.Request.Path == "/elsewhere"
            ? _store.File.Send(context)
            : LoopbackServer.Redirect(context, new Uri("/elsewhere", UriKind.Relative));

        string path = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(new ReceivedRequest("GET", "/elsewhere", "bytes=500-", null, null), _store.Server.Requests.Last() with { IfRange = null, Authorization = null });
    }

    [Fact]
    public void Fetch_RedirectInCircles_IsGivenUp()
    {
        _store.Server.Answer = context => LoopbackServer.Redirect(context, _store.Server.Address);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains("more than 10 times", error.Message);
        Assert.Equal(11, _store.Server.Requests.Count);
    }

    [Fact]
    public void Fetch_RedirectToPlainHttpElsewhere_IsRefusedWithoutItsQuery()
    {
        _store.Server.Answer = context => LoopbackServer.Redirect(context, new Uri("http://example.org/net.pth?signature=secret"));

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch());

        Assert.Contains("'http://example.org/net.pth', which is not of https", error.Message);
        Assert.Single(_store.Server.Requests);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fetch_RedirectFromHttpsToHttp_IsRefused(bool clientFollowsRedirects)
    {
        using LoopbackServer secure = LoopbackServer.RequireSecure();
        secure.Answer = context => LoopbackServer.Redirect(context, _store.Server.Address);
        _store.Server.Answer = _store.File.Send;
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = clientFollowsRedirects };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var client = new HttpClient(handler);
        var store = new WeightsStore(_store.Options with { Client = client });

        var error = Assert.Throws<WeightsUnavailableException>(() => store.Fetch(_store.Source with { Address = secure.Address }));

        Assert.Contains("which is not of https", error.Message);
        Assert.Single(secure.Requests);
        Assert.Empty(_store.Server.Requests);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public void Fetch_ClientThatFollowedARedirectToHttpItself_IsRefused()
    {
        using var client = new HttpClient(new CarelessHandler(_store.Server.Address));
        _store.Server.Answer = _store.File.Send;
        var store = new WeightsStore(_store.Options with { Client = client });

        var error = Assert.Throws<WeightsUnavailableException>(() => store.Fetch(_store.Source with { Address = new Uri("https://example.org/net.pth") }));

        Assert.Contains("which is not of https", error.Message);
        Assert.Empty(_store.Files);
    }

    [SkippableFact]
    public void Fetch_CertificateThatNobodyTrusts_IsRefusedAtOnce()
    {
        using LoopbackServer secure = LoopbackServer.RequireSecure();

        var error = Assert.Throws<WeightsUnavailableException>(() => new WeightsStore(_store.Options).Fetch(_store.Source with { Address = secure.Address }));

        Assert.Contains("SSL", error.Message);
        Assert.Empty(secure.Requests);
        Assert.Empty(_store.Clock.Skipped);
    }

    public void Dispose() => _store.Dispose();

    // As .NET's own handler says it.
    private sealed class RefusingProxy : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new HttpRequestException(
            "The proxy tunnel request to proxy 'http://user:secret@proxy.example.org:8080/' failed with status code '407'.");
    }

    // Follows a redirect that no other handler does.
    private sealed class CarelessHandler(Uri elsewhere) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = elsewhere;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
