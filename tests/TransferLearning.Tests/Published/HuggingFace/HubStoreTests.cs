using System.Text;
using TransferLearning.Published;
using TransferLearning.Published.HuggingFace;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.HuggingFace.LoopbackHub;

namespace TransferLearning.Tests.Published.HuggingFace;

public sealed class HubStoreTests : IDisposable
{
    private static readonly byte[] _small = Encoding.UTF8.GetBytes("""{"architecture": "resnet18"}""");
    private static readonly byte[] _large = StoreOnLoopback.Content;

    private readonly LoopbackHub _hub = new() { Files = { ["config.json"] = _small, ["model.safetensors"] = _large } };

    [Fact]
    public void Fetch_SmallAndLargeFile_LayOutTheCacheAsTheHubsLibrariesDo()
    {
        string? small = _hub.Fetch("config.json");
        string? large = _hub.Fetch("model.safetensors");

        Assert.Equal(Path.Combine(_hub.Folder, "snapshots", Commit, "config.json"), small);
        Assert.Equal(_small, File.ReadAllBytes(small!));
        Assert.Equal(_large, File.ReadAllBytes(large!));
        bool linked = new FileInfo(large!).LinkTarget is not null; // a copy has its hash beside it
        Assert.Equal(
            new[] { $"blobs/{GitHashOf(_small)}", $"blobs/{Sha256Of(_large)}", "refs/main", $"snapshots/{Commit}/config.json", $"snapshots/{Commit}/model.safetensors" }.Order(StringComparer.Ordinal),
            _hub.Cached.Where(file => linked || !file.StartsWith(".hashes/", StringComparison.Ordinal)));
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(_hub.Folder, "refs", "main")));
        Assert.Equal($"../../blobs/{Sha256Of(_large)}", new FileInfo(large!).LinkTarget?.Replace('\\', '/') ?? $"../../blobs/{Sha256Of(_large)}");
    }

    [Fact]
    public async Task Fetch_Again_AsksNothing()
    {
        string? first = _hub.Fetch("model.safetensors");
        int asked = _hub.Hub.Requests.Count + _hub.Storage.Requests.Count;

        string? second = await _hub.StoreWith(options => options with { Offline = true }).FetchAsync("model.safetensors", progress: null, CancellationToken.None);

        Assert.Equal(first, second);
        Assert.Equal(asked, _hub.Hub.Requests.Count + _hub.Storage.Requests.Count);
    }

    [SkippableFact]
    public async Task Fetch_FromACacheThatAnotherLibraryFilled_AsksNothing()
    {
        Put("refs/v2", Encoding.ASCII.GetBytes(Commit));
        Put($"blobs/{Sha256Of(_large)}", _large);
        string snapshot = Path.Combine(_hub.Folder, "snapshots", Commit);
        Directory.CreateDirectory(snapshot);
        Links.Require(Path.Combine(snapshot, "model.safetensors"), Path.Combine("..", "..", "blobs", Sha256Of(_large)));

        string? byTag = await _hub.Store(revision: "v2").FetchAsync("model.safetensors", progress: null, CancellationToken.None);
        string? byCommit = await _hub.Store(revision: Commit).FetchAsync("model.safetensors", progress: null, CancellationToken.None);

        Assert.Equal(_large, File.ReadAllBytes(byTag!));
        Assert.Equal(byTag, byCommit);
        Assert.Empty(_hub.Hub.Requests);
    }

    [Fact]
    public void Fetch_DamagedContent_IsFetchedAgain()
    {
        string path = _hub.Fetch("model.safetensors")!;
        File.WriteAllBytes(Path.Combine(_hub.Folder, "blobs", Sha256Of(_large)), _large[1..]);

        string? again = _hub.Fetch("model.safetensors");

        Assert.Equal(path, again);
        Assert.Equal(_large, File.ReadAllBytes(path));
    }

    [Fact]
    public void Fetch_FileThatTheRepositoryLacks_IsNullAndRemembered()
    {
        _hub.Fetch("config.json");

        Assert.Null(_hub.Fetch("model.safetensors.index.json"));
        int asked = _hub.Hub.Requests.Count;
        Assert.Null(_hub.Fetch("model.safetensors.index.json"));

        Assert.Equal(asked, _hub.Hub.Requests.Count);
        Assert.Contains($".no_exist/{Commit}/model.safetensors.index.json", _hub.Cached);
    }

    [Fact]
    public void Fetch_AfterTheFirstFile_StaysAtItsCommit()
    {
        _hub.Fetch("config.json");
        _hub.Fetch("model.safetensors");

        Assert.Equal($"/{Repository}/resolve/main/config.json", _hub.Hub.Requests.First().Path);
        Assert.Equal($"/{Repository}/resolve/{Commit}/model.safetensors", _hub.Hub.Requests.Last().Path);
    }

    [Fact]
    public async Task Fetch_WithAToken_TellsItToTheHubAlone()
    {
        await _hub.StoreWith(options => options with { Token = "hf_secret" }).FetchAsync("model.safetensors", progress: null, CancellationToken.None);

        Assert.All(_hub.Hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.Equal("", Assert.Single(_hub.Storage.Requests).Authorization ?? "");
    }

    [Fact]
    public async Task Fetch_BodyThatIsCut_GoesOnWhereItBroke()
    {
        const int at = 1_000_000;
        var progress = new WatchedProgress();
        Task reached = progress.Reached(at);
        var file = new ServedFile(_large);
        _hub.Storage.Answer = context => _hub.Storage.Requests.Count == 1 ? file.Cut(context, at, reached) : file.Send(context);

        string? path = await _hub.Store().FetchAsync("model.safetensors", progress, CancellationToken.None);

        Assert.Equal(_large, File.ReadAllBytes(path!));
        Assert.Equal(["", $"bytes={at}-"], _hub.Storage.Requests.Select(request => request.Range ?? ""));
        Assert.DoesNotContain(_hub.Cached, name => name.Contains(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void Fetch_OtherContentThanTheHubNames_IsRefusedAndNothingIsLeft()
    {
        _hub.Storage.Answer = new ServedFile(_large[1..]).Send;

        var error = Assert.Throws<WeightsUnavailableException>(() => _hub.Fetch("model.safetensors"));

        Assert.Contains($"instead of {Sha256Of(_large)}", error.Message);
        Assert.Contains($"hf download {Repository}", error.Message);
        Assert.Contains(_hub.Folder, error.Message);
        Assert.Empty(_hub.Cached);
    }

    [Fact]
    public void Fetch_HubThatIsBusy_IsAskedAgain()
    {
        _hub.Hub.Answer = context => _hub.Hub.Requests.Count == 1 ? LoopbackServer.Refuse(context, 503) : _hub.AnswerAsHub(context);

        Assert.NotNull(_hub.Fetch("config.json"));
    }

    [Theory]
    [InlineData(401, "RepoNotFound", null, "there is no such repository, or it is private: then give a token (HF_TOKEN)")]
    [InlineData(401, null, "hf_old", "the token may not read it")]
    [InlineData(403, "GatedRepo", "hf_mine", "asks that terms be accepted")]
    [InlineData(404, "RevisionNotFound", null, "no such revision")]
    [InlineData(404, "RepoNotFound", null, "no such repository")]
    [InlineData(500, null, null, "the server answered 500")]
    public async Task Fetch_RefusedByTheHub_SaysWhyAndWhatToDo(int status, string? code, string? token, string expected)
    {
        _hub.Hub.Answer = context => Refuse(context, status, code);

        var error = await Assert.ThrowsAsync<WeightsUnavailableException>(() => _hub.StoreWith(options => options with { Token = token }).FetchAsync("config.json", progress: null, CancellationToken.None));

        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("hf_old", error.Message);
        Assert.Equal(_hub.Folder, error.Path);
    }

    [Theory]
    [InlineData(null, "\"0123\"", "X-Repo-Commit")]
    [InlineData(Commit, null, "X-Linked-Etag")]
    [InlineData(Commit, "\"../../0123456789abcdef\"", "X-Linked-Etag")]
    [InlineData("../../../etc", "\"0123\"", "X-Repo-Commit")]
    public void Fetch_AnswerThatIsNoHubs_IsRefused(string? commit, string? entityTag, string expected)
    {
        _hub.Hub.Answer = context =>
        {
            context.Response.Headers["X-Repo-Commit"] = commit;
            context.Response.Headers.ETag = entityTag;
            return Task.CompletedTask;
        };

        var error = Assert.Throws<WeightsUnavailableException>(() => _hub.Fetch("config.json"));

        Assert.Contains(expected, error.Message);
        Assert.Empty(_hub.Cached);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Fetch_Offline_AsksNothingAndSaysWhy(bool storeIsOffline, bool hubIsOffline)
    {
        HubStore store = _hub.Store(options => options with { Offline = storeIsOffline, HuggingFace = options.HuggingFace with { Offline = hubIsOffline } });

        var error = await Assert.ThrowsAsync<WeightsUnavailableException>(() => store.FetchAsync("config.json", progress: null, CancellationToken.None));

        Assert.Contains("offline", error.Message);
        Assert.Contains("HF_HUB_OFFLINE", error.Message);
        Assert.Empty(_hub.Hub.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("timm/")]
    [InlineData("a/b/c")]
    [InlineData("../secret")]
    [InlineData("timm/..")]
    [InlineData("timm/a--b")]
    [InlineData("timm/a b")]
    public void Store_OfNoRepository_IsRefused(string repository)
    {
        var error = Assert.Throws<ArgumentException>(() => _hub.Store(repository: repository));

        Assert.Contains($"'{repository}' is not a repository", error.Message);
        Assert.Contains("timm/resnet18.a1_in1k", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../main")]
    [InlineData("a b")]
    public void Store_OfNoRevision_IsRefused(string revision) =>
        Assert.Contains($"'{revision}' is not a revision", Assert.Throws<ArgumentException>(() => _hub.Store(revision: revision)).Message);

    [Theory]
    [InlineData("http://hub.example.org")]
    [InlineData("https://user@hub.example.org")]
    [InlineData("https://hub.example.org/?a=b")]
    public void Store_WithAnEndpointOfNoHttps_IsRefused(string endpoint)
    {
        var error = Assert.Throws<ArgumentException>(() => _hub.StoreWith(options => options with { Endpoint = new Uri(endpoint) }));

        Assert.Contains("HF_ENDPOINT", error.Message);
    }

    [Fact]
    public void Store_WithATokenThatIsNone_IsRefusedWithoutTellingIt()
    {
        var error = Assert.Throws<ArgumentException>(() => _hub.StoreWith(options => options with { Token = "hf_secret\r\nX: y" }));

        Assert.Contains("HF_TOKEN", error.Message);
        Assert.DoesNotContain("hf_secret", error.Message);
    }

    [Fact]
    public void Options_AsText_HideTheToken() =>
        Assert.DoesNotContain("hf_secret", (_hub.Options with { HuggingFace = _hub.Options.HuggingFace with { Token = "hf_secret" } }).ToString());

    [Fact]
    public void Fetch_LongerContentThanTheHubSays_IsCutAndDeleted()
    {
        _hub.Storage.Answer = new ServedFile([.. _large, .. _large]).Send;

        var error = Assert.Throws<WeightsUnavailableException>(() => _hub.Fetch("model.safetensors"));

        Assert.Contains($"more than {_large.Length} bytes", error.Message);
        Assert.Empty(_hub.Cached);
    }

    [Fact]
    public async Task Fetch_LargerFileThanAllowed_IsRefused()
    {
        var error = await Assert.ThrowsAsync<WeightsUnavailableException>(
            () => _hub.Store(options => options with { LargestFile = 1000 }).FetchAsync("model.safetensors", progress: null, CancellationToken.None));

        Assert.Contains("LargestFile", error.Message);
    }

    [Fact]
    public void Place_WhereLinksAreMadeInNameAlone_Copies()
    {
        HubCache cache = CacheWithoutLinks();
        Put($"blobs/{Sha256Of(_large)}", _large);

        string path = cache.Place(Commit, "model.safetensors", Sha256Of(_large));

        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(_large, File.ReadAllBytes(path));
        Assert.Equal(path, cache.Find(Commit, "model.safetensors", CancellationToken.None));
    }

    [Fact]
    public void Find_CopyThatWasAlteredLater_IsNotTaken()
    {
        HubCache cache = CacheWithoutLinks();
        Put($"blobs/{Sha256Of(_large)}", _large);
        string path = cache.Place(Commit, "model.safetensors", Sha256Of(_large));

        File.WriteAllBytes(path, _large[1..]);

        Assert.Null(cache.Find(Commit, "model.safetensors", CancellationToken.None));
    }

    [Fact]
    public void Find_CopyOfAnotherLibrary_IsNotedWhenFirstFound()
    {
        HubCache cache = CacheWithoutLinks();
        Put($"snapshots/{Commit}/model.safetensors", _large);

        string? first = cache.Find(Commit, "model.safetensors", CancellationToken.None);
        File.WriteAllBytes(first!, _large[1..]);

        Assert.Null(cache.Find(Commit, "model.safetensors", CancellationToken.None));
    }

    [Fact]
    public void Fetch_FolderThatCannotBeRead_IsANamedError()
    {
        Put("refs/main", Encoding.ASCII.GetBytes(Commit));
        using var held = new FileStream(Path.Combine(_hub.Folder, "refs", "main"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var error = Assert.Throws<WeightsUnavailableException>(() => _hub.Fetch("config.json"));

        Assert.Contains("the cache folder cannot be read or written", error.Message);
        Assert.Contains("main", error.Message);
    }

    [Fact]
    public async Task Fetch_WithALockFile_PinsEachFileAtItsCommit()
    {
        using var team = new TemporaryFolder();
        HubStore store = _hub.Store(options => options with { LockFile = team.File("weights.lock.json") });

        await store.FetchAsync("config.json", progress: null, CancellationToken.None);

        string locked = File.ReadAllText(team.File("weights.lock.json"));
        Assert.Contains($"\"name\": \"{Repository}/config.json\"", locked);
        Assert.Contains($"\"address\": \"https://huggingface.co/{Repository}/resolve/{Commit}/config.json\"", locked);
        Assert.Contains($"\"size\": {_small.Length},", locked);
        Assert.Contains($"\"sha256\": \"{Sha256Of(_small)}\"", locked);
    }

    [Fact]
    public async Task Find_OtherContentThanThePinnedOne_IsRefusedWithBothHashes()
    {
        using var team = new TemporaryFolder();
        HubStore store = _hub.Store(options => options with { LockFile = team.File("weights.lock.json") });
        string path = (await store.FetchAsync("model.safetensors", progress: null, CancellationToken.None))!;
        byte[] forged = [.. _large.Reverse()];
        Put($"blobs/{Sha256Of(forged)}", forged);
        File.Delete(path);
        File.Copy(Path.Combine(_hub.Folder, "blobs", Sha256Of(forged)), path);
        if (Directory.Exists(Path.Combine(_hub.Folder, ".hashes")))
            Directory.Delete(Path.Combine(_hub.Folder, ".hashes"), recursive: true);

        var error = await Assert.ThrowsAsync<WeightsUnavailableException>(() => store.FindAsync("model.safetensors", CancellationToken.None));

        Assert.Contains(Sha256Of(_large), error.Message);
        Assert.Contains(Sha256Of(forged), error.Message);
    }

    [Fact]
    public async Task Find_UnpinnedFileBehindAMirrorOfTheHub_IsNotAdded()
    {
        using var team = new TemporaryFolder();
        _hub.Fetch("config.json");
        HubStore store = _hub.Store(options => options with
        {
            LockFile = team.File("weights.lock.json"),
            HuggingFace = options.HuggingFace with { Endpoint = new Uri("https://mirror.example.org") },
        });

        var error = await Assert.ThrowsAsync<WeightsUnavailableException>(() => store.FindAsync("config.json", CancellationToken.None));

        Assert.Contains("only what comes from the publisher's own address is added", error.Message);
    }

    public void Dispose() => _hub.Dispose();

    private HubCache CacheWithoutLinks() =>
        new(_hub.Options.HuggingFace.CacheFolder, new HubRepository(Repository, "main"), link: (_, _) => { });

    private void Put(string file, byte[] content)
    {
        string path = Path.Combine([_hub.Folder, .. file.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
