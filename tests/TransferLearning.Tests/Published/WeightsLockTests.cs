using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

public sealed class WeightsLockTests : IDisposable
{
    private static readonly string _prefix = Hash[..ForgedWeights.Digits];
    private static readonly byte[] _forged = ForgedWeights.For(_prefix);

    private readonly StoreOnLoopback _store = new();
    private readonly TemporaryFolder _team = new();
    private readonly WeightsStoreOptions _options;
    private readonly WeightsSource.Published _source;
    private readonly string _target;
    private readonly string _name;

    public WeightsLockTests()
    {
        _options = _store.Options with { LockFile = _team.File("weights.lock.json") };
        _source = _store.Source with { Sha256Prefix = _prefix };
        _target = new WeightsStore(_options).GetPath(_source);
        _name = Path.GetFileName(_target);
        _store.Server.Answer = _store.File.Send;
    }

    private string Locked => File.ReadAllText(_team.File("weights.lock.json"));

    [Fact]
    public void Fetch_FromThePublisher_IsPinnedInText()
    {
        Fetch(_options);

        Assert.Equal(Text(Entry(_name, Hash)), Locked);
        Assert.Equal([_team.File("weights.lock.json")], Directory.GetFileSystemEntries(_team.FullPath));
    }

    [Fact]
    public void Fetch_OfMoreFiles_KeepsThemSortedAndTheSameTextWhenAllIsPinned()
    {
        string whole = $"{Hash}-net.pth", first = $"{Hash[..1]}-net.pth";

        foreach (string hash in new[] { Hash, _prefix, Hash[..1], Hash, _prefix })
            new WeightsStore(_options).Fetch(_source with { Sha256Prefix = hash });

        Assert.Equal(Text([.. new[] { whole, _name, first }.Order(StringComparer.Ordinal).Select(name => Entry(name, Hash))]), Locked);
    }

    [Fact]
    public async Task Fetch_OfTwoFilesAtOnce_PinsBoth()
    {
        await Task.WhenAll(new[] { Hash, _prefix, Hash[..1] }.Select(hash => new WeightsStore(_options).FetchAsync(_source with { Sha256Prefix = hash })));

        Assert.Equal(3, Locked.Split("\"name\"").Length - 1);
    }

    [Fact]
    public void Fetch_FileThatIsNotThePinnedOne_IsRefusedFromAnywhere()
    {
        Fetch(_options);
        File.WriteAllBytes(_target, _forged);
        File.WriteAllText(_target + ".sha256", Sha256OfForged);
        _store.Server.Answer = new ServedFile(_forged).Send;

        var online = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options));
        var offline = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options with { Offline = true }));
        var mirrored = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options with { Mirror = new Uri(_store.Server.Address, "/copies"), TrustMirror = true }));

        Assert.Contains($"instead of {Hash}", online.Message);
        Assert.Contains("has another hash than the one in", offline.Message);
        Assert.Contains($"instead of {Hash}", mirrored.Message);
    }

    [Fact]
    public void Fetch_PinnedFileFromAMirror_IsTaken()
    {
        File.Delete(Fetch(_options));
        File.Delete(_target + ".sha256");

        string path = Fetch(_options with { Mirror = new Uri(_store.Server.Address, "/copies"), ExtendLockFile = false });

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Fetch_UnpinnedFileFromATrustedMirror_IsNotAdded()
    {
        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options with { Mirror = new Uri(_store.Server.Address, "/copies"), TrustMirror = true }));

        Assert.Contains("only what comes from the publisher's own address is added", error.Message);
        Assert.Empty(_store.Server.Requests);
        Assert.False(File.Exists(_options.LockFile));
    }

    [Fact]
    public void Fetch_UnpinnedFileThatMayNotBeAdded_IsRefusedBeforeAsking()
    {
        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options with { ExtendLockFile = false }));

        Assert.Contains($"does not pin '{_name}'", error.Message);
        Assert.Contains("ExtendLockFile", error.Message);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_FileOfUnknownOrigin_IsNotAddedButFetched()
    {
        File.WriteAllBytes(_target, _forged);

        Assert.Throws<WeightsUnavailableException>(() => Fetch(_options with { Offline = true }));
        string path = Fetch(_options);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(Text(Entry(_name, Hash)), Locked);
    }

    [Fact]
    public void Fetch_OfflineFileWithARecord_IsAdded()
    {
        File.WriteAllBytes(_target, Content);
        File.WriteAllText(_target + ".sha256", $"{Hash} *{_name}\r\n");

        Fetch(_options with { Offline = true });

        Assert.Equal(Text(Entry(_name, Hash)), Locked);
    }

    [SkippableFact]
    public void Fetch_LinkInPyTorchsFolder_PinsTheSizeOfItsFile()
    {
        using var hub = new TemporaryFolder();
        File.WriteAllBytes(hub.File("content"), Content);
        Links.Require(hub.File("net.pth"), hub.File("content"));

        string path = new WeightsStore(_options with { HubFolder = hub.FullPath }).Fetch(_source with { Sha256Prefix = Hash });

        Assert.Equal(hub.File("net.pth"), path);
        Assert.Equal(Text(Entry($"{Hash}-net.pth", Hash)), Locked);
    }

    [Fact]
    public void Fetch_PinnedAtAnotherAddress_NamesBoth()
    {
        Lock(Text(Entry(_name, Hash)).Replace("127.0.0.1", "elsewhere.example.org"));

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options));

        Assert.Contains("elsewhere.example.org", error.Message);
        Assert.Contains(_source.Address.AbsoluteUri, error.Message);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_PinnedSize_BoundsTheDownload()
    {
        Lock(Text(Entry(_name, Hash)).Replace($"{Content.Length}", "1000"));

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options));

        Assert.Contains("more than 1000 bytes", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\": 2, \"weights\": []}")]
    [InlineData("{\"version\": 1, \"weights\": [null]}")]
    [InlineData("{\"version\": 1, \"weights\": [{\"name\": \"a\", \"address\": \"b\", \"size\": 1, \"sha256\": \"f37072fd\"}]}")]
    [InlineData("{\"version\": 1, \"weights\": [{\"name\": \"a\", \"address\": \"b\", \"size\": 1}]}")]
    [InlineData("{\"version\": 1, \"weights\": [{\"name\": \"a\", \"address\": \"b\", \"size\": 0, \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\"}]}")]
    public void Fetch_LockFileThatIsNone_IsNamed(string text)
    {
        Lock(text);

        var error = Assert.Throws<WeightsUnavailableException>(() => Fetch(_options));

        Assert.Contains($"the lock file '{_options.LockFile}' cannot be understood", error.Message);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_LockFileWithANameTwice_IsNamed()
    {
        Lock(Text(Entry("a", Hash), Entry("a", Hash)));

        Assert.Contains("it pins 'a' twice", Assert.Throws<WeightsUnavailableException>(() => Fetch(_options)).Message);
    }

    public void Dispose()
    {
        _store.Dispose();
        _team.Dispose();
    }

    private static string Sha256OfForged => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_forged));

    private string Fetch(WeightsStoreOptions options) => new WeightsStore(options).Fetch(_source);

    private void Lock(string text) => File.WriteAllText(_options.LockFile!, text);

    private string Entry(string name, string hash) =>
        $$"""
              {
                "name": "{{name}}",
                "address": "{{_source.Address}}",
                "size": {{Content.Length}},
                "sha256": "{{hash}}"
              }
          """;

    private static string Text(params string[] entries) => $"{{\n  \"version\": 1,\n  \"weights\": [\n{string.Join(",\n", entries)}\n  ]\n}}\n";
}
