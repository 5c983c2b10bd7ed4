using TransferLearning.Published;
using TransferLearning.Tests.Support;
using static TransferLearning.Tests.Published.StoreOnLoopback;

namespace TransferLearning.Tests.Published;

public sealed class WeightsStoreTests : IDisposable
{
    private readonly StoreOnLoopback _store = new();

    [Fact]
    public void Fetch_RightFile_IsKeptAndAskedForOnce()
    {
        _store.Server.Answer = _store.File.Send;

        string path = _store.Fetch();
        string again = _store.Fetch();

        _store.AssertFetched(path);
        Assert.Equal(path, again);
        Assert.Single(_store.Server.Requests);
        Assert.Equal(new DownloadProgress { Address = _store.Server.Address, Received = Content.Length, Total = Content.Length }, _store.Progress.Reports.Last());
    }

    [Fact]
    public void Fetch_OtherHash_IsRefusedRemovedAndNotAskedForAgain()
    {
        _store.Server.Answer = _store.File.Send;
        WeightsSource.Published other = _store.Source with { Sha256Prefix = "00000000" };

        var error = Assert.Throws<WeightsUnavailableException>(() => new WeightsStore(_store.Options).Fetch(other));

        Assert.Contains(Hash[..16], error.Message);
        Assert.Contains(Path.Combine(_store.Folder, "00000000-net.pth"), error.Message);
        Assert.Contains("begins with 00000000", error.Message);
        Assert.Contains("WithWeights", error.Message);
        Assert.Empty(_store.Files);
        Assert.Single(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_DamagedFileInTheFolder_IsFetchedAgain()
    {
        _store.Server.Answer = _store.File.Send;
        File.WriteAllBytes(_store.Target, Content[1..]);

        string path = _store.Fetch();

        _store.AssertFetched(path);
    }

    [Fact]
    public void Fetch_FileOfPyTorchsHub_IsUsed()
    {
        using var hub = new TemporaryFolder();
        File.WriteAllBytes(hub.File("net.pth"), Content);

        string path = _store.Fetch(options => options with { HubFolder = hub.FullPath });

        Assert.Equal(hub.File("net.pth"), path);
        Assert.Empty(_store.Server.Requests);
    }

    [Fact]
    public void Fetch_FolderThatIsAFile_SaysWhatCannotBeWritten()
    {
        File.WriteAllBytes(Path.Combine(_store.Folder, "taken"), []);

        var error = Assert.Throws<WeightsUnavailableException>(() => _store.Fetch(options => options with { Folder = Path.Combine(_store.Folder, "taken") }));

        Assert.Contains("the folder cannot be written", error.Message);
        Assert.Contains("taken", error.Message);
    }

    [Theory]
    [InlineData("http://example.org/net.pth", "12345678")]
    [InlineData("ftp://127.0.0.1/net.pth", "12345678")]
    [InlineData("https://example.org/", "12345678")]
    [InlineData("https://example.org/..%2Fnet.pth", "12345678")]
    [InlineData("https://example.org/net.pth", "")]
    [InlineData("https://example.org/net.pth", "xyz")]
    public void Fetch_BadSource_IsRefusedBeforeAsking(string address, string hash) =>
        Assert.Throws<ArgumentException>(() => new WeightsStore(_store.Options).Fetch(new WeightsSource.Published(new Uri(address), hash)));

    [Fact]
    public void PathOf_NameThatCarriesItsHash_StaysAsItIs()
    {
        var source = new WeightsSource.Published(new Uri("https://download.pytorch.org/models/resnet18-f37072fd.pth"), "f37072fd");

        Assert.Equal(Path.Combine(_store.Folder, "resnet18-f37072fd.pth"), new WeightsStore(_store.Options).GetPath(source));
    }

    [Fact]
    public void Options_OutOfTheirRanges_AreRefusedByName()
    {
        Assert.Equal("Attempts", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { Attempts = 0 }).ParamName);
        Assert.Equal("RetryDelay", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { RetryDelay = TimeSpan.FromSeconds(-1) }).ParamName);
        Assert.Equal("LongestDelay", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { LongestDelay = TimeSpan.FromDays(2) }).ParamName);
        Assert.Equal("LargestFile", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { LargestFile = 0 }).ParamName);
        Assert.Equal("TurnTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { TurnTimeout = TimeSpan.Zero }).ParamName);
        Assert.Equal("InactivityTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightsStoreOptions { InactivityTimeout = TimeSpan.Zero }).ParamName);
    }

    public void Dispose() => _store.Dispose();
}
